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
            new HttpClientTransport(new HttpClientTransportOptions { Endpoint = new Uri(api.Http.BaseAddress!, "/mcp"), TransportMode = HttpTransportMode.StreamableHttp }, api.Http),
            cancellationToken: TestContext.Current.CancellationToken);

        var tools = await client.ListToolsAsync(cancellationToken: TestContext.Current.CancellationToken);
        var found = await CallAsync("search", new() { ["collection"] = "c", ["query"] = "red apples", ["limit"] = 1 });
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

    private static string Text(CallToolResult result) => string.Concat(result.Content.OfType<TextContentBlock>().Select(block => block.Text));
}
