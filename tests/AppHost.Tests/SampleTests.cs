using System.Diagnostics;
using Aspire.Hosting.Testing;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.AppHost.Tests;

/// <summary>The programs of samples/, run against the platform as their README says.</summary>
public class SampleTests(RunningPlatform platform)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SearchConsole_stores_documents_and_finds_the_one_that_means_the_query()
    {
        var build = Path.GetRelativePath(Repository.PathOf("tests", "AppHost.Tests"), AppContext.BaseDirectory);
        var program = Repository.PathOf("samples", "SearchConsole", build, "EmbedPlatform.SearchConsole.dll");

        var lines = await RunAsync("dotnet", program, Address("search"), "a pet that rests a lot");

        Assert.Equal("3 documents written, 0 unchanged", lines[0]);
        Assert.EndsWith("cats: Cats", lines[1], StringComparison.Ordinal);
        Assert.Equal("0 documents written, 3 unchanged", (await RunAsync("dotnet", program, Address("search"), "gzip"))[0]);
    }

    [Fact]
    public async Task Wires_gets_a_response_in_every_wire_format()
    {
        var lines = await RunAsync("bash", Repository.PathOf("samples", "wires.sh"), Address("embed"), Address("rerank"));

        Assert.Equal(
            [
                "platform, embed",
                "OpenAI, embed",
                "Cohere, embed",
                "TEI, embed",
                "older servers, embed",
                "platform, rerank",
                "Cohere, rerank",
                "TEI, rerank",
            ],
            lines.Select(line => line.Split(": ")[0])
        );
        Assert.All(lines, line => Assert.Matches(@": [\[{]", line));
    }

    private string Address(string service) => platform.App.GetEndpoint(service).ToString();

    private static async Task<string[]> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        try
        {
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(Token), process.StandardError.ReadToEndAsync(Token));
            await process.WaitForExitAsync(Token).WaitAsync(RunningPlatform.Patience, Token);
            Assert.True(process.ExitCode == 0, await errors);
            return (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }
}
