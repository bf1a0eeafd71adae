namespace EmbedPlatform.Cli.Tests.CommandLine;

public sealed class UsageTests
{
    [Theory]
    [InlineData("frobnicate")]
    [InlineData("search", "words")]
    [InlineData("rerank", "a document")]
    [InlineData("eval")]
    [InlineData("eval", "--data", "x", "--modes", "lexical,magic")]
    [InlineData("eval", "--data", "x", "--limit", "7")]
    [InlineData("eval", "--data", "x", "--weights", "lexical=many")]
    [InlineData("eval", "--data", "x", "--fusion", "magic")]
    [InlineData("eval", "--data", "x", "--rerank-depth", "0")]
    [InlineData("tune")]
    [InlineData("tune", "--data", "x", "--folds", "1")]
    [InlineData("tune", "--data", "x", "--alpha", "2")]
    [InlineData("search", "-c", "docs", "--limit", "0", "words")]
    [InlineData("search", "-c", "docs", "--mode", "magic", "words")]
    [InlineData("search", "-c", "docs", "--search-url", "ftp://somewhere", "words")]
    [InlineData("embed", "--input-type", "poem", "words")]
    [InlineData("demo", "--count", "none")]
    [InlineData("bench", "sts")]
    [InlineData("export")]
    [InlineData("export", "docs", "--all", "folder")]
    [InlineData("export", "docs", "--resume")]
    [InlineData("import")]
    [InlineData("import", "file", "--all", "folder")]
    [InlineData("import", "--all", "folder", "-c", "docs")]
    [InlineData("collections")]
    [InlineData("collections", "alias", "live")]
    [InlineData("collections", "rename", "docs")]
    public async Task Wrong_usage_is_exit_code_2_and_said_on_standard_error(params string[] args)
    {
        var run = await CommandRun.OfAsync(args);

        Assert.Equal(2, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.StartsWith("embedctl: ", run.ErrorLines[0]);
        Assert.StartsWith("see: embedctl", run.ErrorLines[^1]);
        Assert.EndsWith("--help", run.ErrorLines[^1]);
    }

    [Fact]
    public async Task A_number_out_of_range_is_told_with_its_range()
    {
        var run = await CommandRun.OfAsync("search", "-c", "docs", "--limit", "5000", "words");

        Assert.Contains("--limit must be 1 to 1000, not 5000", run.Error);
    }

    [Theory]
    [InlineData("--help", "eval")]
    [InlineData("--help", "tokenize")]
    [InlineData("demo --help", "--exit")]
    [InlineData("eval --help", "--modes")]
    [InlineData("tune --help", "--dry-run")]
    [InlineData("bench sts --help", "--splits")]
    public async Task Help_is_exit_code_0_on_standard_output(string args, string mentioned)
    {
        var run = await CommandRun.OfAsync(args.Split(' '));

        Assert.Equal(0, run.ExitCode);
        Assert.Contains(mentioned, run.Output);
        Assert.Empty(run.Error);
    }
}
