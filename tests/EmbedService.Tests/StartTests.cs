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
    [InlineData("--Inference:Workers=-1", "Inference:Workers must be from 0 to 1024, not -1")]
    [InlineData("--Inference:Workers=two", "Inference:Workers")]
    [InlineData("--Inference:LoneMegabytes=0", "Inference:LoneMegabytes is now Inference:LatencySessionMegabytes")]
    [InlineData("--Inference:RoomSeconds=0", "Inference:RoomSeconds is now Inference:MemoryTimeoutSeconds")]
    [InlineData("--Inference:KnownNames=false", "Inference:KnownNames is now Inference:ProviderAliases")]
    [InlineData("--Embed:MaxTexts=0", "Embed:MaxTexts must be from 1 to 1000000, not 0")]
    [InlineData("--Embed:MaxText=1", "Embed:MaxText is not an option")]
    [InlineData("--Embed:InteractiveSeconds=1", "Embed:InteractiveSeconds is now Embed:InteractiveDeadlineSeconds")]
    [InlineData("--Limits:MaxBodyBytes=1", "Limits:MaxBodyBytes must be from 1024 to 1073741824, not 1")]
    [InlineData("--Limits:SlowBodySeconds=5", "Limits:SlowBodySeconds is now Limits:BodyGraceSeconds")]
    [InlineData("--Limits:MaxBodyBytes=x", "Limits:MaxBodyBytes")]
    [InlineData("--EmbeddingCache:TimeToLive=never", "EmbeddingCache:TimeToLive")]
    [InlineData("--EmbeddingCache:Patience=00:00:01", "EmbeddingCache:Patience is now EmbeddingCache:Timeout")]
    [InlineData("--EmbeddingCache:Rest=00:00:01", "EmbeddingCache:Rest is now EmbeddingCache:BreakDuration")]
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
