using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using Xunit;

namespace EmbedPlatform.SearchApi.Tests;

public sealed class AssistantTests(Platform platform)
{
    [Fact]
    public async Task An_assistant_lists_the_tools_searches_and_reads_a_document()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.CreateAsync("c", new { language = "simple" });
        await api.UpsertAsync("c", new { id = "a", text = "apples are red" }, new { id = "b", text = "the sea is blue" });
        await using var client = await McpClient.CreateAsync(
            new HttpClientTransport(
                new HttpClientTransportOptions
                {
                    Endpoint = new Uri(api.Http.BaseAddress!, "/mcp"),
                    TransportMode = HttpTransportMode.StreamableHttp,
                },
                api.Http
            ),
            cancellationToken: TestContext.Current.CancellationToken
        );

        var tools = await client.ListToolsAsync(cancellationToken: TestContext.Current.CancellationToken);
        var found = await CallAsync(
            "search",
            new()
            {
                ["collection"] = "c",
                ["query"] = "red apples",
                ["limit"] = 1,
            }
        );
        var read = await CallAsync("get_document", new() { ["collection"] = "c", ["id"] = "b" });
        var missing = await CallAsync("get_document", new() { ["collection"] = "c", ["id"] = "none" });

        Assert.Equal(["get_document", "search"], tools.Select(tool => tool.Name).Order());
        Assert.Contains("apples are red", Text(found));
        Assert.DoesNotContain("the sea", Text(found));
        Assert.Contains("the sea is blue", Text(read));
        Assert.True(missing.IsError);
        Assert.Contains("There is no document", Text(missing));

        async Task<CallToolResult> CallAsync(string tool, Dictionary<string, object?> arguments) =>
            await client.CallToolAsync(tool, arguments, cancellationToken: TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("1999-01-01", "2025-11-25")]
    [InlineData("2024-11-05", "2024-11-05")]
    [InlineData("2025-11-25", "2025-11-25")]
    [InlineData("2099-01-01", "2025-11-25")]
    public async Task Initialize_returns_the_requested_version_or_a_supported_one(string asked, string answered)
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);

        using var response = await PostAsync(
            api,
            "initialize",
            new
            {
                protocolVersion = asked,
                capabilities = new { },
                clientInfo = new { name = "test", version = "1" },
            }
        );

        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains($"\"protocolVersion\":\"{answered}\"", body);
    }

    [Theory]
    [InlineData("MCP-Protocol-Version", "1999-01-01", HttpStatusCode.BadRequest)]
    [InlineData("MCP-Protocol-Version", "2025-06-18", HttpStatusCode.OK)]
    [InlineData("Origin", "http://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("Origin", "http://localhost", HttpStatusCode.OK)]
    public async Task An_invalid_version_and_a_foreign_origin_are_rejected(string header, string value, HttpStatusCode status)
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);

        using var response = await PostAsync(api, "tools/list", new { }, (header, value));

        Assert.Equal(status, response.StatusCode);
    }

    [Fact]
    public async Task A_call_without_an_argument_gets_its_name()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);

        using var response = await PostAsync(api, "tools/call", new { name = "search", arguments = new { query = "red" } });

        Assert.Contains("'collection'", Regex.Unescape(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)));
    }

    private static async Task<HttpResponseMessage> PostAsync(
        Api api,
        string method,
        object parameters,
        params (string Name, string Value)[] headers
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/mcp")
        {
            Content = JsonContent.Create(
                new
                {
                    jsonrpc = "2.0",
                    id = 1,
                    method,
                    @params = parameters,
                }
            ),
        };
        request.Headers.Add("Accept", "application/json, text/event-stream");
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        return await api.Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static string Text(CallToolResult result) =>
        string.Concat(result.Content.OfType<TextContentBlock>().Select(block => block.Text));
}
