using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.EmbedService.Tests;

/// <summary>The service as a process of its own: what an operator sees when it cannot start.</summary>
public sealed class StartTests
{
    [Fact]
    public async Task An_unknown_model_ends_the_process_with_its_name()
    {
        var (code, output) = await RunAsync("--Inference:Model=no-such-model");

        Assert.Equal(1, code);
        var line = Assert.Single(output.Split('\n'), line => line.Contains("cannot be loaded", StringComparison.Ordinal));
        Assert.Contains("no-such-model", line);
    }

    [Fact]
    public async Task A_default_that_is_not_installed_ends_the_process_with_the_command_that_installs_it()
    {
        using var empty = new TemporaryFolder();
        File.Copy(Repository.PathOf("models", "catalog.json"), empty["catalog.json"]);

        var (code, output) = await RunAsync($"--Inference:ModelsRoot={empty.Path}");

        Assert.Equal(1, code);
        Assert.Contains("embedctl models pull default", output);
        Assert.DoesNotContain("   at ", output);
    }

    [Theory]
    [InlineData("--Inference:Workers=-1", "Workers")]
    [InlineData("--Inference:Workers=two", "Inference:Workers")]
    [InlineData("--Embed:MaxTexts=0", "MaxTexts")]
    [InlineData("--Limits:MaxBodyBytes=1", "MaxBodyBytes")]
    [InlineData("--Limits:MaxBodyBytes=x", "Limits:MaxBodyBytes")]
    [InlineData("--EmbeddingCache:TimeToLive=never", "EmbeddingCache:TimeToLive")]
    [InlineData("--urls=http://0.0.0.0:0", "ApiKeys:Required=false")]
    [InlineData("--ApiKeys:Keys:0:Name=ada", "ApiKeys:Keys:0:Hash")]
    public async Task An_invalid_option_ends_the_process_with_one_line_that_names_it(string argument, string option)
    {
        var (code, output) = await RunAsync(argument);

        Assert.Equal(1, code);
        Assert.Contains(option, Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
    }

    private static async Task<(int Code, string Output)> RunAsync(string argument)
    {
        var (code, output, error) = await Programs.RunAsync(
            "dotnet",
            [typeof(Program).Assembly.Location, "--urls=http://127.0.0.1:0", argument]
        );
        return (code, output + error);
    }
}
