using System.Text.Json;
using EmbedPlatform.AppHost.Lifecycle;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.AppHost.Tests;

/// <summary>How an AppHost ends, and when it does not start.</summary>
public sealed class AppHostProcessTests : IDisposable
{
    /// <summary>What an AppHost promises: after this nothing of it is left, however it ended.</summary>
    private static readonly TimeSpan NothingLeftAfter = TimeSpan.FromSeconds(20);

    private readonly TemporaryFolder _folder = new();

    private string Endpoints => _folder["run", "endpoints.json"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_killed_AppHost_leaves_no_process_and_the_next_one_starts_on_its_data()
    {
        await using (var appHost = Start("--Dashboard", "true", "--Ports:Dashboard", "0"))
        {
            await appHost.ReadyAsync();
            var started = PlatformProcesses.Of(appHost.Id);
            AssertIsAPlatform(started);
            AssertHasItsDashboard(appHost, started);

            await appHost.KillAsync();

            Assert.Empty(await LeftOfAsync(started));
        }

        await using var next = Start();
        await next.ReadyAsync();
        await next.TerminateAsync();
        Assert.Equal(0, await next.EndedAsync());
    }

    [Fact]
    public async Task A_stopped_AppHost_ends_what_it_started_before_it_ends()
    {
        await using var appHost = Start("--Dashboard", "true", "--Ports:Dashboard", "0");
        await appHost.ReadyAsync();
        var started = PlatformProcesses.Of(appHost.Id);
        AssertIsAPlatform(started);
        AssertHasItsDashboard(appHost, started);
        Assert.True(File.Exists(Endpoints));

        await appHost.TerminateAsync();

        Assert.Equal(0, await appHost.EndedAsync());
        Assert.DoesNotContain(started, process => Processes.IsAlive(process) && !IsOfDcp(process));
        Assert.Empty(await LeftOfAsync(started));
        Assert.False(File.Exists(Endpoints));
    }

    [Fact]
    public async Task A_limited_service_keeps_to_its_cores_and_its_memory()
    {
        await using var appHost = Start("--Limits:Embed:Cores", "1", "--Limits:Embed:MemoryMegabytes", "1024");
        await appHost.ReadyAsync();
        var embed = Assert.Single(
            PlatformProcesses.Of(appHost.Id),
            process => Processes.CommandLine(process).Contains("/EmbedPlatform.EmbedService", StringComparison.Ordinal)
        );

        foreach (var thread in Directory.EnumerateDirectories($"/proc/{embed.Id}/task"))
        {
            var cores = File.ReadLines(Path.Combine(thread, "status"))
                .Single(line => line.StartsWith("Cpus_allowed_list:", StringComparison.Ordinal));
            Assert.Matches(@"^Cpus_allowed_list:\s*\d+$", cores);
        }

        using var http = new HttpClient();
        var address = JsonElement.Parse(await File.ReadAllTextAsync(Endpoints)).GetProperty("embed").GetString();
        var limits = JsonElement.Parse(await http.GetStringAsync(new Uri($"{address}/info"))).GetProperty("limits");
        Assert.Single(limits.GetProperty("cores").EnumerateArray());
        Assert.Equal(1, limits.GetProperty("processors").GetInt32());
        Assert.Equal(1, limits.GetProperty("workers").GetInt32());
        Assert.False(limits.GetProperty("server_gc").GetBoolean());
        Assert.Equal(256L << 20, limits.GetProperty("heap_limit_bytes").GetInt64());
        Assert.Equal(614L << 20, limits.GetProperty("model_memory_bytes").GetInt64());
        Assert.Equal(768L << 20, limits.GetProperty("engine_memory_bytes").GetInt64());
        await appHost.TerminateAsync();
        Assert.Equal(0, await appHost.EndedAsync());
    }

    [Fact]
    public async Task A_second_AppHost_on_the_same_data_is_refused_with_one_line()
    {
        await using var first = Start();
        await first.ReadyAsync();

        await using var second = Start();

        Assert.Equal(1, await second.EndedAsync());
        Assert.Equal(
            $"AppHost: another AppHost uses the data folder {_folder.Path}; stop it, or choose another folder with --DataFolder",
            second.Output.Trim()
        );
        await first.TerminateAsync();
        Assert.Equal(0, await first.EndedAsync());
    }

    [Theory]
    [InlineData("--Backing", "cloud", "'Backing'; use auto, containers, native or external")]
    [InlineData("--Limits:Embed:Cores", "0", "Limits:Embed: The field Cores must be between 1 and 1024.")]
    [InlineData("--Replicas:Embed", "0", "Replicas: The field Embed must be between 1 and 16.")]
    [InlineData("--Ports:Search", "70000", "Ports: The field Search must be between 0 and 65535.")]
    [InlineData("--Backing", "external", "Backing=external needs ConnectionStrings:vectors")]
    public async Task A_wrong_option_stops_the_start_with_one_line(string option, string value, string expected)
    {
        await using var appHost = Start(option, value);

        Assert.Equal(1, await appHost.EndedAsync());
        Assert.Contains(expected, Assert.Single(appHost.Output.Trim().Split('\n')));
    }

    [Fact]
    public async Task A_service_that_never_starts_ends_the_AppHost_which_says_why()
    {
        await using var appHost = AppHostProcess.Start(
            _folder,
            [KeyValuePair.Create("Kestrel__Endpoints__Wrong__Url", (string?)"no address")]
        );

        Assert.Equal(1, await appHost.EndedAsync());
        Assert.Matches($"AppHost: (search|embed|rerank) exited {RestartPolicy.Attempts} times in a row .* stays down", appHost.Output);
        Assert.Contains("Invalid url: 'no address'", appHost.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(Endpoints));
    }

    [Fact]
    public async Task A_plain_start_prints_neither_warnings_nor_errors()
    {
        await using var appHost = Start("--Dashboard", "true", "--Ports:Dashboard", "0");
        await appHost.ReadyAsync();

        Assert.DoesNotMatch("(?m)^(warn|fail|crit):", appHost.Output);
        Assert.DoesNotContain("certificate", appHost.Output, StringComparison.OrdinalIgnoreCase);
        await appHost.TerminateAsync();
        Assert.Equal(0, await appHost.EndedAsync());
    }

    [Fact]
    public async Task Two_platforms_run_side_by_side()
    {
        using var otherFolder = new TemporaryFolder();
        await using var one = Start();
        await one.ReadyAsync();
        await using var other = AppHostProcess.Start(otherFolder);
        await other.ReadyAsync();

        await other.TerminateAsync();
        Assert.Equal(0, await other.EndedAsync());
        using var http = new HttpClient();
        foreach (var service in (string[])["search", "embed", "rerank"])
        {
            var address = JsonElement.Parse(await File.ReadAllTextAsync(Endpoints)).GetProperty(service).GetString();
            using var answer = await http.GetAsync(new Uri($"{address}/health"));
            Assert.True(answer.IsSuccessStatusCode, service);
        }

        await one.TerminateAsync();
        Assert.Equal(0, await one.EndedAsync());
    }

    private static void AssertIsAPlatform(IEnumerable<ProcessIdentity> started)
    {
        var lines = started.Select(Processes.CommandLine).ToArray();
        foreach (var service in (string[])["EmbedService", "RerankService", "SearchApi"])
        {
            Assert.Contains(lines, line => line.Contains($"/EmbedPlatform.{service}", StringComparison.Ordinal));
        }
    }

    // DCP ends last, a moment after the AppHost that waited for it to end everything else.
    private static bool IsOfDcp(ProcessIdentity process) => Processes.CommandLine(process).Contains("/dcp ", StringComparison.Ordinal);

    private static void AssertHasItsDashboard(AppHostProcess appHost, IEnumerable<ProcessIdentity> started)
    {
        Assert.Contains(started, process => Processes.CommandLine(process).Contains("Aspire.Dashboard", StringComparison.Ordinal));
        Assert.Contains("ready: dashboard http://localhost:", appHost.Output, StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<string>> LeftOfAsync(IReadOnlyList<ProcessIdentity> started)
    {
        using var patience = new CancellationTokenSource(NothingLeftAfter);
        while (started.Any(Processes.IsAlive) && !patience.IsCancellationRequested)
        {
            await Task.Delay(50);
        }

        return [.. started.Where(Processes.IsAlive).Select(Processes.CommandLine)];
    }

    private AppHostProcess Start(params string[] options) => AppHostProcess.Start(_folder, options);
}
