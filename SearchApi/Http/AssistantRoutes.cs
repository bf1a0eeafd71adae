using System.Text.Json;
using System.Text.Json.Nodes;
using EmbedPlatform.ServiceDefaults.Http;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace EmbedPlatform.SearchApi.Http;

/// <summary>
/// <c>/mcp</c>: the Model Context Protocol over streamable HTTP. It is stateless, so any replica can serve any request.
/// </summary>
internal static class AssistantRoutes
{
    private static readonly JsonSerializerOptions ToolJson = new(McpJsonUtilities.DefaultOptions)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    // The last version with an initialize handshake; later ones have none.
    private const string LatestHandshake = "2025-11-25";

    public static void AddAssistants(this IServiceCollection services) =>
        services
            .AddMcpServer(server =>
                server.ServerInfo = new Implementation
                {
                    Name = "EmbedPlatform",
                    Version = typeof(AssistantRoutes).Assembly.GetName().Version!.ToString(3),
                }
            )
            .WithHttpTransport(transport => transport.Stateless = true)
            .WithMessageFilters(messages =>
                messages.AddIncomingFilter(next =>
                    (message, cancellationToken) =>
                    {
                        OfferSupportedVersion(message.JsonRpcMessage);
                        return next(message, cancellationToken);
                    }
                )
            )
            .WithRequestFilters(requests => requests.AddCallToolFilter(ExplainArguments))
            .WithTools<AssistantTools>(ToolJson);

    public static void MapAssistants(this IEndpointRouteBuilder routes) =>
        routes
            .MapMcp("/mcp")
            .RefuseForeignOrigins()
            .WithTags("Assistants")
            .WithName("ModelContextProtocol")
            .WithSummary("Model Context Protocol: the tools search and get_document");

    // Otherwise the assistant gets a generic error that does not name the missing argument.
    private static McpRequestHandler<CallToolRequestParams, CallToolResult> ExplainArguments(
        McpRequestHandler<CallToolRequestParams, CallToolResult> next
    ) =>
        async (request, cancellationToken) =>
        {
            try
            {
                return await next(request, cancellationToken);
            }
            catch (ArgumentException wrong) when (wrong.ParamName == "arguments")
            {
                throw new McpException(wrong.Message, wrong);
            }
        };

    // The library rejects versions newer than its own; the protocol requires a response with a supported version.
    private static void OfferSupportedVersion(JsonRpcMessage message)
    {
        if (
            message is JsonRpcRequest { Method: RequestMethods.Initialize, Params: JsonObject wishes }
            && wishes["protocolVersion"] is JsonValue version
            && version.TryGetValue(out string? wanted)
            && string.CompareOrdinal(wanted, LatestHandshake) > 0
        )
        {
            wishes["protocolVersion"] = LatestHandshake;
        }
    }
}
