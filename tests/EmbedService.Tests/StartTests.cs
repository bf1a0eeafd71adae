using System.Diagnostics;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.EmbedService.Tests;

/// <summary>The service as a process of its own: what an operator sees when it cannot start.</summary>
public sealed class StartTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

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
        var empty = Directory.CreateTempSubdirectory();
        try
        {
            File.Copy(Repository.PathOf("models", "catalog.json"), Path.Combine(empty.FullName, "catalog.json"));

            var (code, output) = await RunAsync($"--Inference:ModelsRoot={empty.FullName}");

            Assert.Equal(1, code);
            Assert.Contains("embedctl models pull default", output);
            Assert.DoesNotContain("   at ", output);
        }
        finally
        {
            empty.Delete(recursive: true);
        }
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
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var each in (string[])[typeof(Program).Assembly.Location, "--urls=http://127.0.0.1:0", argument])
        {
            start.ArgumentList.Add(each);
        }

        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(Token), process.StandardError.ReadToEndAsync(Token));
        try
        {
            await process.WaitForExitAsync(Token).WaitAsync(TimeSpan.FromSeconds(60), Token);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }

        return (process.ExitCode, await output + await error);
    }
}
