using System.Text.Json;
using EmbedPlatform.SearchApi.Failures;
using Microsoft.AspNetCore.Http.HttpResults;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace EmbedPlatform.SearchApi.Assistants;

/// <summary>
/// <c>/mcp</c>: the Model Context Protocol over streamable HTTP (specification 2025-03-26 and later), without sessions, so that any replica
/// answers any request.
/// </summary>
internal static class AssistantRoutes
{
    private static readonly JsonSerializerOptions ToolJson = new(McpJsonUtilities.DefaultOptions) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Maps the route that assistants talk to.</summary>
    public static IEndpointRouteBuilder MapAssistants(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/mcp", Post).WithTags("Assistants").WithName("ModelContextProtocol")
            .WithSummary("Model Context Protocol: the tools search and get_document").ProducesValidationProblem();
        return routes;
    }

    private static async Task Post(HttpContext http, AssistantTools tools, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var message = await ReadAsync(http, cancellationToken);
        await using var transport = new StreamableHttpServerTransport(loggers) { Stateless = true };
        await using var server = McpServer.Create(transport, Options(tools), loggers, http.RequestServices);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var serving = server.RunAsync(ended.Token);
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-cache,no-store";
        if (!await transport.HandlePostRequestAsync(message, http.Response.Body, cancellationToken))
        {
            http.Response.ContentType = null;
            http.Response.StatusCode = StatusCodes.Status202Accepted;
        }

        await ended.CancelAsync();
        try
        {
            await serving;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The answer is given; what waited for further messages has ended.
        }
    }

    private static async Task<JsonRpcMessage> ReadAsync(HttpContext http, CancellationToken cancellationToken)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync<JsonRpcMessage>(http.Request.Body, McpJsonUtilities.DefaultOptions, cancellationToken)
                ?? throw ApiException.Invalid("body", "must be a message of JSON-RPC 2.0");
        }
        catch (JsonException)
        {
            throw ApiException.Invalid("body", "must be a message of JSON-RPC 2.0");
        }
    }

    private static McpServerOptions Options(AssistantTools tools) => new()
    {
        ServerInfo = new Implementation { Name = "EmbedPlatform", Version = typeof(AssistantRoutes).Assembly.GetName().Version!.ToString(3) },
        ToolCollection =
        [
            McpServerTool.Create(tools.SearchAsync, Named("search")),
            McpServerTool.Create(tools.GetDocumentAsync, Named("get_document")),
        ],
    };

    private static McpServerToolCreateOptions Named(string name) => new() { Name = name, ReadOnly = true, OpenWorld = false, SerializerOptions = ToolJson };
}
