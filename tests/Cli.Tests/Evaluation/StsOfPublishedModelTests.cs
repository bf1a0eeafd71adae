using System.Text.Json;
using EmbedPlatform.Cli.Tests.CommandLine;
using EmbedPlatform.TestKit;

namespace EmbedPlatform.Cli.Tests.Evaluation;

/// <summary>The quality that is published for a model is measured with what this platform made of its package.</summary>
public sealed class StsOfPublishedModelTests
{
    private const string Id = "all-MiniLM-L6-v2";

    [Fact]
    public async Task MiniLM_out_of_its_package_has_the_published_correlation_on_the_STS_benchmark()
    {
        var data = Path.GetDirectoryName(SharedAssets.Require("eval/sts-benchmark/sts-test.csv"))!;
        var root = Repository.PathOf(".data", "models-fp32");
        var pull = await CommandRun.OfAsync("models", "pull", Id, "--variant", "fp32", "--models-root", root);
        Assert.SkipUnless(pull.ExitCode == 0, $"needs {Id}: {pull.ErrorLines.LastOrDefault()}");

        var run = await CommandRun.OfAsync(
            "bench",
            "sts",
            "--data",
            data,
            "--splits",
            "test",
            "--model",
            Id,
            "--models-root",
            root,
            "--json"
        );

        Assert.Equal(0, run.ExitCode);
        Assert.InRange(JsonElement.Parse(run.Output)[0].GetProperty("spearman").GetDouble(), 0.820, 0.8206);
    }
}
