using EmbedPlatform.Cli.Commands;
using EmbedPlatform.TestKit;

namespace EmbedPlatform.Cli.Tests.CommandLine;

/// <summary><c>embedctl bench</c> runs the program in bench/, which has its own commands, options and help.</summary>
[Trait("Needs", "processes")]
public sealed class BenchTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Help_is_that_of_the_bench_program()
    {
        var run = await RunAsync(AppContext.BaseDirectory, "bench", "engine", "--help");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("embedctl bench engine [options]", run.Output);
        Assert.Contains("--peer-every", run.Output);
    }

    [Theory]
    [InlineData("engine --scenario magic", "'magic' not recognized", "engine")]
    [InlineData("engine --count many", "'many'", "engine")]
    [InlineData("http --rounds 0", "--rounds must be at least 1, not 0", "http")]
    [InlineData("replicas --replicas 1,x", "--replicas must be numbers from 1, separated by commas, not '1,x'", "replicas")]
    [InlineData("replicas --embed-share 0.01", "--embed-share must be 0.05 to 64, not 0.01", "replicas")]
    public async Task Wrong_usage_of_a_benchmark_is_exit_code_2_with_the_command_to_see(string arguments, string expected, string command)
    {
        var run = await RunAsync(AppContext.BaseDirectory, ["bench", .. arguments.Split(' ')]);

        Assert.Equal(2, run.ExitCode);
        Assert.Empty(run.Output);
        var errors = run.ErrorLines.Where(line => line != BenchCommand.BuildMessage).ToArray();
        Assert.StartsWith("embedctl: ", errors[0]);
        Assert.Contains(expected, errors[0]);
        Assert.Equal($"see: embedctl bench {command} --help", errors[^1]);
    }

    [Fact]
    public async Task Outside_a_source_tree_one_line_says_that_it_needs_one()
    {
        foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory).Where(file => Path.GetExtension(file) is ".dll" or ".json"))
        {
            File.Copy(file, Path.Combine(_folder.Path, Path.GetFileName(file)));
        }

        var run = await RunAsync(_folder.Path, "bench", "engine");

        Assert.Equal(1, run.ExitCode);
        Assert.Equal(
            "embedctl: bench needs the platform's source tree, but embedctl does not run inside one",
            Assert.Single(run.ErrorLines)
        );
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<CommandRun> RunAsync(string folder, params string[] args)
    {
        var (exitCode, output, error) = await Programs.RunAsync("dotnet", [Path.Combine(folder, "embedctl.dll"), .. args]);
        return new CommandRun(exitCode, output, error);
    }
}
