using System.Diagnostics;
using EmbedPlatform.InferenceTestKit;

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
        using var first = Start(hub, tiny);
        using var second = Start(hub, tiny);
        await Task.WhenAll(EndAsync(first), EndAsync(second));

        Assert.Equal((0, 0), (first.ExitCode, second.ExitCode));
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
        using (var killed = Start(hub, tiny))
        {
            await hub.Stalled.Task.WaitAsync(Cancelled);
            await UntilWrittenAsync(tiny, 5000);
            killed.Kill();
            await killed.WaitForExitAsync(Cancelled);
        }

        Assert.False(Directory.Exists(tiny.Folder));
        using var next = Start(hub, tiny);
        await EndAsync(next);
        Assert.Equal(0, next.ExitCode);
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
        using var run = Start(
            hub,
            "unshare",
            "-rm",
            "sh",
            "-c",
            $"mount -t tmpfs -o size=256k none {tiny.Source} || exit 77; cp {tiny.Root}/catalog.json {tiny.Source}; "
                + $"exec dotnet {program} models pull {TinyRoot.Id} --models-root {tiny.Source}"
        );
        var error = await EndAsync(run);
        Assert.SkipWhen(
            run.ExitCode == 77 || error.Contains("unshare", StringComparison.Ordinal),
            "needs the right to mount a small file system of its own"
        );

        Assert.Equal(1, run.ExitCode);
        var line = error.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];
        Assert.StartsWith("embedctl: ", line);
        Assert.Contains("No space left on device", line);
        Assert.Contains("model.onnx cannot be fetched", line);
    }

    private static async Task UntilWrittenAsync(TinyRoot tiny, long bytes)
    {
        while (!Directory.EnumerateFiles(tiny.Root, "*.part", SearchOption.AllDirectories).Any(file => new FileInfo(file).Length >= bytes))
        {
            await Task.Delay(20, Cancelled);
        }
    }

    private static async Task<string> EndAsync(Process process)
    {
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(Cancelled);
        var error = process.StandardError.ReadToEndAsync(Cancelled);
        await process.WaitForExitAsync(Cancelled);
        TestContext.Current.TestOutputHelper!.WriteLine(await output + await error);
        return await error;
    }

    private static Process Start(FakeHub hub, TinyRoot tiny) =>
        Start(
            hub,
            "dotnet",
            Path.Combine(AppContext.BaseDirectory, "embedctl.dll"),
            "models",
            "pull",
            TinyRoot.Id,
            "--models-root",
            tiny.Root
        );

    private static Process Start(FakeHub hub, string program, params string[] args) =>
        Process.Start(
            new ProcessStartInfo(program, args)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment = { ["HF_ENDPOINT"] = hub.Options.HubEndpoint.AbsoluteUri, ["HF_TOKEN"] = "secret-token" },
            }
        )!;
}
