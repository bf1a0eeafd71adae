using System.Text.Json;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Cli.Models;
using EmbedPlatform.Cli.Tests.CommandLine;
using EmbedPlatform.Inference.Models;
using EmbedPlatform.TestKit;

namespace EmbedPlatform.Cli.Tests.Models;

public sealed class ModelsCommandTests
{
    [Fact]
    public async Task The_repositorys_catalogue_is_listed_with_what_is_installed()
    {
        var run = await CommandRun.OfAsync("models", "list", "--json");

        Assert.Equal(0, run.ExitCode);
        var models = JsonElement.Parse(run.Output).EnumerateArray().ToDictionary(model => model.GetProperty("id").GetString()!);
        Assert.Equal("embed", models["use-lite"].GetProperty("task").GetString());
        Assert.True(models["mini-rerank"].GetProperty("installed").GetBoolean(), "mini-rerank is part of the repository");
        Assert.True(models["mini-rerank"].GetProperty("size_bytes").GetInt64() > 1_000_000);
        Assert.Contains("BAAI/bge-m3", models.Keys);
    }

    [Fact]
    public async Task The_table_names_every_model_of_the_list()
    {
        var ids = JsonElement
            .Parse((await CommandRun.OfAsync("models", "list", "--json")).Output)
            .EnumerateArray()
            .Select(model => model.GetProperty("id").GetString()!);

        var table = (await CommandRun.OfAsync("models", "list")).Output;

        Assert.All(ids, id => Assert.Contains(id, table));
    }

    [Theory]
    [InlineData("models pull nobody/knows-this", "nobody/knows-this")]
    [InlineData("models import /no/such/folder", "/no/such/folder")]
    public async Task What_does_not_exist_is_named_in_one_line(string command, string told)
    {
        var run = await CommandRun.OfAsync(command.Split(' '));

        Assert.Equal(1, run.ExitCode);
        Assert.Contains(told, Assert.Single(run.ErrorLines));
    }

    [Fact]
    public async Task A_folder_that_holds_no_model_is_not_imported()
    {
        using var folder = new TemporaryFolder();
        folder.Write("readme.txt", "no model");

        var run = await CommandRun.OfAsync("models", "import", folder.Path, "--id", "not-a-model");

        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("embedctl: ", Assert.Single(run.ErrorLines));
    }

    [Fact]
    public async Task What_the_files_do_not_say_is_said_when_a_folder_is_imported()
    {
        using var tiny = new TinyRoot();
        var imported = await tiny.RunAsync(
            "import",
            tiny.Source,
            "--id",
            "us/own",
            "--pooling",
            "mean",
            "--max-tokens",
            "7",
            "--query-prefix",
            "query: ",
            "--document-prefix",
            "passage: "
        );
        Assert.Equal((0, ""), (imported.ExitCode, string.Concat(imported.ErrorLines)));

        var info = JsonElement.Parse((await tiny.RunAsync("info", "us/own", "--json")).Output);
        Assert.Equal(
            ("mean", 7, "query: ", "passage: "),
            (
                info.GetProperty("pooling").GetString(),
                info.GetProperty("max_tokens").GetInt32(),
                info.GetProperty("query_prefix").GetString(),
                info.GetProperty("document_prefix").GetString()
            )
        );
    }

    [Theory]
    [InlineData("--pooling", "middle", "--pooling must be cls, mean, last or none, not middle")]
    [InlineData("--max-tokens", "0", "--max-tokens must be at least 1, not 0")]
    public async Task A_wrong_pooling_or_length_is_wrong_usage(string option, string value, string told)
    {
        using var tiny = new TinyRoot();
        var run = await tiny.RunAsync("import", tiny.Source, option, value);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(told, run.ErrorLines[0]);
    }

    [Theory]
    [InlineData("models pull")]
    [InlineData("models import")]
    [InlineData("models")]
    public async Task A_command_without_what_it_is_about_is_wrong_usage(string command) =>
        Assert.Equal(2, (await CommandRun.OfAsync(command.Split(' '))).ExitCode);

    [Fact]
    public void A_pull_says_each_step_once()
    {
        using var error = new StringWriter();
        var reporter = new PullReporter(new Terminal(Stream.Null, TextWriter.Null, error));

        reporter.Report(new PullProgress("m", "Checking its host"));
        reporter.Report(new PullProgress("m", "Fetching", "model.onnx", 1, 10));
        reporter.Report(new PullProgress("m", "Fetching", "model.onnx", 2, 10));
        reporter.Report(new PullProgress("m", "Fetching", "tokenizer.json", 1, 10));

        Assert.Equal(
            ["m: Checking its host", "m: Fetching model.onnx", "m: Fetching tokenizer.json"],
            error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        );
    }
}
