using EmbedPlatform.TestKit;

namespace EmbedPlatform.Cli.Tests.CommandLine;

public sealed class FailureTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("search -c docs words")]
    [InlineData("embed words")]
    [InlineData("rerank -q words document")]
    [InlineData("health")]
    public async Task Without_a_platform_every_command_says_how_to_get_one(string command)
    {
        var run = await CommandRun.OfAsync([.. command.Split(' '), "--data-folder", _folder.Path]);

        Assert.Equal(1, run.ExitCode);
        Assert.Equal("embedctl: no running platform found: start one with ./run, or pass --start", Assert.Single(run.ErrorLines));
    }

    [Fact]
    public async Task An_address_where_nothing_listens_is_one_line_and_exit_code_1()
    {
        var run = await CommandRun.OfAsync("search", "-c", "docs", "--search-url", $"http://127.0.0.1:{FreePort.Next()}", "words");

        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("embedctl: ", Assert.Single(run.ErrorLines));
    }

    [Fact]
    public async Task A_service_that_is_down_is_told_by_health()
    {
        var address = $"http://127.0.0.1:{FreePort.Next()}";

        var run = await CommandRun.OfAsync("health", "--embed-url", address);

        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("embed   down ", run.Output);
        Assert.Contains(address, run.Output);
    }

    [Fact]
    public async Task A_service_whose_address_is_not_known_is_named_with_the_option_that_tells_it()
    {
        var run = await CommandRun.OfAsync("embed", "--search-url", "http://127.0.0.1:9", "words");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("--embed-url", run.Error);
        Assert.Contains("EMBEDPLATFORM_EMBED_URL", run.Error);
    }

    [Fact]
    public async Task Ingesting_a_path_that_does_not_exist_names_it()
    {
        var missing = Path.Combine(_folder.Path, "missing.jsonl");

        var run = await CommandRun.OfAsync("ingest", "-c", "docs", missing);

        Assert.Equal(1, run.ExitCode);
        Assert.Equal($"embedctl: {missing} does not exist", Assert.Single(run.ErrorLines));
    }

    [Fact]
    public async Task Evaluating_a_folder_that_is_not_in_BEIR_form_names_the_missing_file()
    {
        var run = await CommandRun.OfAsync("eval", "--data", _folder.Path);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains(Path.Combine(_folder.Path, "qrels", "test.tsv"), Assert.Single(run.ErrorLines));
    }

    [Fact]
    public async Task No_text_at_all_is_said()
    {
        var run = await CommandRun.WithInputAsync(" \n\n", "embed");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("no texts", Assert.Single(run.ErrorLines));
    }

    public void Dispose() => _folder.Dispose();
}
