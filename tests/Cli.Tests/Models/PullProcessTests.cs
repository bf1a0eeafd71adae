using CliWrap;
using CliWrap.Buffered;
using EmbedPlatform.InferenceTestKit;
using EmbedPlatform.TestKit;

namespace EmbedPlatform.Cli.Tests.Models;

/// <summary>Real processes that pull from a hub of the test's own, as HF_ENDPOINT and HF_TOKEN say.</summary>
[Trait("Needs", "processes")]
public sealed class PullProcessTests
{
    private static readonly byte[] Model = TinyModel.Onnx(width: 4096);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_processes_that_pull_the_same_model_download_it_once()
    {
        using var tiny = new TinyRoot();
        await using var hub = new FakeHub { Files = { ["onnx/model.onnx"] = Model } };
        var (first, second) = (Pull(hub, tiny), Pull(hub, tiny));

        Assert.Equal((0, 0), ((await first).ExitCode, (await second).ExitCode));
        Assert.Equal(Model, await File.ReadAllBytesAsync(Path.Combine(tiny.Folder, "model.onnx"), Cancelled));
        Assert.Single(
            hub.Requests,
            request => request.StartsWith("GET", StringComparison.Ordinal) && request.Contains("model.onnx", StringComparison.Ordinal)
        );
        Assert.All(hub.Requests, request => Assert.EndsWith("token", request, StringComparison.Ordinal));
        Assert.Equal(0, (await tiny.RunAsync("verify")).ExitCode);
    }

    [Fact]
    public async Task A_killed_pull_leaves_no_model_and_the_next_process_goes_on_where_it_ended()
    {
        using var tiny = new TinyRoot();
        await using var hub = new FakeHub { Files = { ["onnx/model.onnx"] = Model } };
        hub.StallAfter.Enqueue(5000);
        var killed = Pull(hub, tiny);
        await hub.Stalled.Task.WaitAsync(Cancelled);
        await Eventually.TrueAsync(
            () => Directory.EnumerateFiles(tiny.Root, "*.part", SearchOption.AllDirectories).Any(file => new FileInfo(file).Length >= 5000),
            "5000 bytes are written"
        );
        await Processes.SignalAsync("KILL", killed.ProcessId);
        await killed;

        Assert.False(Directory.Exists(tiny.Folder));
        Assert.Equal(0, (await Pull(hub, tiny)).ExitCode);
        Assert.Equal(Model, await File.ReadAllBytesAsync(Path.Combine(tiny.Folder, "model.onnx"), Cancelled));
        Assert.Contains(hub.Requests, request => request.Contains("bytes=5000-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_disk_that_fills_up_ends_the_pull_with_one_line_and_no_model()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/unshare"), "file systems of one's own are mounted by unshare");
        using var tiny = new TinyRoot();
        await using var hub = new FakeHub { Files = { ["onnx/model.onnx"] = TinyModel.Onnx(width: 1 << 16) }, HidesLengths = true };
        var program = Path.Combine(AppContext.BaseDirectory, "embedctl.dll");
        var (code, output, error) = await Run(
            hub,
            "unshare",
            "-rm",
            "sh",
            "-c",
            $"mount -t tmpfs -o size=256k none {tiny.Source} || exit 77; cp {tiny.Root}/catalog.json {tiny.Source}; "
                + $"exec dotnet {program} models pull {TinyRoot.Id} --models-root {tiny.Source}"
        );
        TestContext.Current.TestOutputHelper!.WriteLine(output + error);
        Assert.SkipWhen(
            code == 77 || error.Contains("unshare", StringComparison.Ordinal),
            "needs the right to mount a small file system of its own"
        );

        Assert.Equal(1, code);
        var line = error.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];
        Assert.StartsWith("embedctl: ", line);
        Assert.Contains("No space left on device", line);
        Assert.Contains("model.onnx cannot be fetched", line);
    }

    private static CommandTask<BufferedCommandResult> Pull(FakeHub hub, TinyRoot tiny) =>
        Run(
            hub,
            "dotnet",
            Path.Combine(AppContext.BaseDirectory, "embedctl.dll"),
            "models",
            "pull",
            TinyRoot.Id,
            "--models-root",
            tiny.Root
        );

    private static CommandTask<BufferedCommandResult> Run(FakeHub hub, string program, params string[] args) =>
        Programs.RunAsync(
            program,
            args,
            command =>
                command.WithEnvironmentVariables(variables =>
                    variables.Set("HF_ENDPOINT", hub.Options.HubEndpoint.AbsoluteUri).Set("HF_TOKEN", "secret-token")
                )
        );
}
