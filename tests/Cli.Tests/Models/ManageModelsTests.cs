using System.Text.Json;

namespace EmbedPlatform.Cli.Tests.Models;

/// <summary><c>models verify|remove|info</c> over folders of the tests' own.</summary>
public sealed class ManageModelsTests
{
    [Fact]
    public async Task An_intact_model_is_verified_with_its_files_and_size()
    {
        using var tiny = await new TinyRoot().InstalledAsync();
        var run = await tiny.RunAsync("verify", TinyRoot.Id);
        Assert.Equal(0, run.ExitCode);
        Assert.StartsWith($"{TinyRoot.Id}: 2 files", run.Output);
        Assert.Equal(run.Output, (await tiny.RunAsync("verify")).Output);
    }

    [Fact]
    public async Task A_changed_byte_ends_with_1_and_the_files_name()
    {
        using var tiny = await new TinyRoot().InstalledAsync();
        var model = Path.Combine(tiny.Folder, "model.onnx");
        var bytes = await File.ReadAllBytesAsync(model, TestContext.Current.CancellationToken);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(model, bytes, TestContext.Current.CancellationToken);

        var run = await tiny.RunAsync("verify", TinyRoot.Id);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"{model} has the SHA-256", Assert.Single(run.ErrorLines));
        Assert.Empty(run.Output);
    }

    [Theory]
    [InlineData("tokenizer.json", "is missing")]
    [InlineData("model.json", "is missing or unreadable")]
    public async Task A_missing_file_is_named(string file, string told)
    {
        using var tiny = await new TinyRoot().InstalledAsync();
        File.Delete(Path.Combine(tiny.Folder, file));
        var run = await tiny.RunAsync("verify", TinyRoot.Id);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"{file} {told}", Assert.Single(run.ErrorLines));
    }

    [Theory]
    [InlineData("verify")]
    [InlineData("remove", "--yes")]
    public async Task What_is_not_installed_or_not_known_is_refused(params string[] command)
    {
        using var tiny = new TinyRoot();
        foreach (
            var (id, told) in new[]
            {
                (TinyRoot.Id, "is not installed"),
                ("nobody/knows", "no model 'nobody/knows'"),
                ("../source", "no model '../source'"),
            }
        )
        {
            var run = await tiny.RunAsync([command[0], id, .. command[1..]]);
            Assert.Equal(1, run.ExitCode);
            Assert.Contains(told, Assert.Single(run.ErrorLines));
        }

        Assert.True(Directory.Exists(tiny.Source));
    }

    [Theory]
    [InlineData("y\n", true)]
    [InlineData("yes\n", true)]
    [InlineData("n\n", false)]
    [InlineData("", false)]
    public async Task A_model_is_removed_when_the_user_says_so(string answer, bool removed)
    {
        using var tiny = await new TinyRoot().InstalledAsync();
        var run = await tiny.AnsweringAsync(answer, "remove", TinyRoot.Id);
        Assert.Equal((removed ? 0 : 1, !removed), (run.ExitCode, Directory.Exists(tiny.Folder)));
        Assert.Contains($"Remove {TinyRoot.Id}", run.Error);
        Assert.True(File.Exists(Path.Combine(tiny.Root, "catalog.json")));
    }

    [Fact]
    public async Task A_removed_model_is_gone_from_the_list_and_can_be_installed_again()
    {
        using var tiny = await new TinyRoot().InstalledAsync();
        Assert.Equal(0, (await tiny.RunAsync("remove", TinyRoot.Id, "--yes")).ExitCode);
        var listed = JsonElement.Parse((await tiny.RunAsync("list", "--json")).Output).EnumerateArray().First();
        Assert.False(listed.GetProperty("installed").GetBoolean());
        await tiny.InstalledAsync();
        Assert.Equal(0, (await tiny.RunAsync("verify")).ExitCode);
    }

    [Fact]
    public async Task A_half_model_can_be_removed()
    {
        using var tiny = await new TinyRoot().InstalledAsync();
        File.Delete(Path.Combine(tiny.Folder, "model.onnx"));
        Assert.Equal(0, (await tiny.RunAsync("remove", TinyRoot.Id, "--yes")).ExitCode);
        Assert.False(Directory.Exists(tiny.Folder));
    }

    [Theory]
    [InlineData("bundled")]
    [InlineData("mini-rerank")]
    public async Task A_model_that_comes_with_the_platform_is_not_removed(string id)
    {
        using var tiny = new TinyRoot();
        var run =
            id == "bundled"
                ? await tiny.RunAsync("remove", id, "--yes")
                : await CommandLine.CommandRun.OfAsync("models", "remove", id, "--yes");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"'{id}' comes with the platform", Assert.Single(run.ErrorLines));
        Assert.Equal(0, (await CommandLine.CommandRun.OfAsync("models", "verify", "mini-rerank")).ExitCode);
    }

    [Fact]
    public async Task A_link_out_of_the_root_is_not_followed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need rights on Windows");
        using var tiny = await new TinyRoot().InstalledAsync();
        var elsewhere = Path.Combine(tiny.Outside, "elsewhere");
        Directory.Move(tiny.Folder, elsewhere);
        Directory.CreateSymbolicLink(tiny.Folder, elsewhere);

        var run = await tiny.RunAsync("remove", TinyRoot.Id, "--yes");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("is a link", Assert.Single(run.ErrorLines));
        Assert.True(File.Exists(Path.Combine(elsewhere, "model.onnx")));
    }

    [Fact]
    public async Task Info_shows_the_facts_the_files_and_the_graph()
    {
        using var tiny = await new TinyRoot().InstalledAsync();
        var info = JsonElement.Parse((await tiny.RunAsync("info", TinyRoot.Id, "--json")).Output);
        Assert.Equal(
            ("cls", 4, "query: "),
            (
                info.GetProperty("pooling").GetString(),
                info.GetProperty("dimension").GetInt32(),
                info.GetProperty("query_prefix").GetString()
            )
        );
        Assert.Equal("input_ids", info.GetProperty("inputs")[0].GetProperty("name").GetString());
        Assert.Equal(4, info.GetProperty("graph_outputs")[0].GetProperty("shape")[2].GetInt32());
        Assert.Equal(2, info.GetProperty("files").GetArrayLength());
        Assert.Equal("int8", info.GetProperty("variants")[0].GetString());
        // The graph of these tests has no attention_mask.
        Assert.Contains("attention_mask", info.GetProperty("refused").GetString());

        var text = (await tiny.RunAsync("info", TinyRoot.Id)).Output;
        Assert.All(
            (string[])
                [
                    "MIT",
                    "Made for a test.",
                    "last_hidden_state  float [batch, sequence, 4]",
                    tiny.Folder,
                    "huggingface publisher/tiny@main",
                ],
            part => Assert.Contains(part, text)
        );
    }

    [Fact]
    public async Task Info_of_a_model_that_is_not_installed_says_so()
    {
        var info = JsonElement.Parse((await CommandLine.CommandRun.OfAsync("models", "info", "baai/BGE-M3", "--json")).Output);
        Assert.Equal("BAAI/bge-m3", info.GetProperty("id").GetString());
        Assert.Contains("fp32-all", info.GetProperty("variants").EnumerateArray().Select(variant => variant.GetString()));
        Assert.Equal(1, (await CommandLine.CommandRun.OfAsync("models", "info", "nobody/knows")).ExitCode);
    }

    [Fact]
    public async Task Info_of_the_bundled_reranker_shows_a_graph_that_fits()
    {
        var info = JsonElement.Parse((await CommandLine.CommandRun.OfAsync("models", "info", "mini-rerank", "--json")).Output);
        Assert.True(info.GetProperty("installed").GetBoolean());
        Assert.False(info.TryGetProperty("refused", out _));
        Assert.Contains(
            "attention_mask",
            info.GetProperty("inputs").EnumerateArray().Select(input => input.GetProperty("name").GetString())
        );
    }
}
