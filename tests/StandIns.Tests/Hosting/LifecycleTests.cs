using System.Diagnostics;
using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using EmbedPlatform.TestSupport;
using Xunit;

namespace EmbedPlatform.StandIns.Tests.Hosting;

/// <summary>When processes start, start again and end.</summary>
public sealed class LifecycleTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("embedplatform-hosting-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_resource_waits_until_what_it_waits_for_is_healthy()
    {
        var healthy = Path.Combine(_folder, "healthy");
        await using var graph = await RunningGraph.StartAsync(builder =>
        {
            var first = builder.AddSample("first").WithEnvironment("Sample__HealthyWhenExists", healthy);
            builder.AddSample("second").WaitFor(first);
            builder.AddSample("third").WaitForStart(first);
        });

        await graph.HealthyAsync("third");
        Assert.Equal("Running", graph.State("first"));
        Assert.Equal("Waiting", graph.State("second"));
        await File.WriteAllTextAsync(healthy, "");
        await graph.HealthyAsync("second");
        Assert.NotEqual("none", graph.Pid("first"));
    }

    [Fact]
    public async Task A_process_that_ends_starts_again_at_the_same_address()
    {
        IResourceBuilder<ProjectResource> sample = null!;
        await using var graph = await RunningGraph.StartAsync(builder => sample = builder.AddSample("sample"));
        await graph.HealthyAsync("sample");
        var former = await RunningGraph.GetAsync<int>(sample.GetEndpoint("http"), "/process");
        var formerGuard = graph.Pid("sample");

        using var http = new HttpClient();
        try
        {
            await http.PostAsync(new Uri(sample.GetEndpoint("http").Url + "/exit"), null);
        }
        catch (HttpRequestException)
        {
            // It ended before it answered.
        }

        await graph.HealthyAgainAsync("sample", formerGuard);
        Assert.NotEqual(former, await RunningGraph.GetAsync<int>(sample.GetEndpoint("http"), "/process"));
    }

    [Fact]
    public async Task A_killed_guard_takes_its_process_along_and_both_start_again()
    {
        IResourceBuilder<ProjectResource> sample = null!;
        await using var graph = await RunningGraph.StartAsync(builder => sample = builder.AddSample("sample"));
        await graph.HealthyAsync("sample");
        var former = await RunningGraph.GetAsync<int>(sample.GetEndpoint("http"), "/process");
        var formerGuard = graph.Pid("sample");

        Process.GetProcessById(int.Parse(formerGuard, CultureInfo.InvariantCulture)).Kill();

        await graph.HealthyAgainAsync("sample", formerGuard);
        var now = 0;
        while (now is 0 || now == former)
        {
            // The old process may answer a last time while it is asked to end.
            graph.Ending.ThrowIfCancellationRequested();
            try
            {
                now = await RunningGraph.GetAsync<int>(sample.GetEndpoint("http"), "/process");
            }
            catch (HttpRequestException)
            {
                await Task.Delay(50, graph.Ending);
            }
        }

        Assert.Null(Processes.Find(former));
    }

    [Fact]
    public async Task A_process_that_never_gets_healthy_stops_the_start_and_those_that_wait_for_it()
    {
        await using var graph = await RunningGraph.StartAsync(builder =>
        {
            var broken = builder.AddSample("broken").WithEnvironment("Sample__FailAtStart", "the option Model is wrong");
            builder.AddSample("waiting").WaitFor(broken);
        });

        var refused = await Assert.ThrowsAsync<DistributedApplicationException>(() => graph.HealthyAsync("waiting"));
        Assert.Contains("broken ended 5 times before it was healthy, last with exit code 7", refused.Message);
        Assert.Equal("FailedToStart", graph.State("broken"));
    }

    [Fact]
    public async Task What_uses_another_ends_before_it()
    {
        var endings = Path.Combine(_folder, "endings");
        var started = Path.Combine(_folder, "started-");
        var graph = await RunningGraph.StartAsync(builder =>
        {
            IResourceBuilder<ExecutableResource> Add(string name) => builder.AddExecutable(
                name, "bash", _folder, "-c", $"trap 'echo {name} >>{endings}; exit 0' TERM; touch {started}{name}; while :; do sleep 0.05; done");
            var lower = Add("lower");
            var middle = Add("middle").WaitFor(lower);
            Add("upper").WaitFor(middle);
        });
        while (!File.Exists(started + "upper"))
        {
            await Task.Delay(20, graph.Ending);
        }

        await graph.DisposeAsync();

        Assert.Equal(["upper", "middle", "lower"], await File.ReadAllLinesAsync(endings));
    }

    [Fact]
    public async Task A_process_that_ignores_the_request_to_end_is_ended()
    {
        var pidFile = Path.Combine(_folder, "pid");
        var graph = await RunningGraph.StartAsync(builder => builder.AddExecutable(
            "stubborn", "bash", _folder, "-c", $"trap '' TERM; echo $$ >{pidFile}.new; mv {pidFile}.new {pidFile}; while :; do sleep 0.05; done")
            .WithEnvironment("GUARD_GRACE_SECONDS", "1"));
        while (!File.Exists(pidFile))
        {
            await Task.Delay(20, graph.Ending);
        }

        await graph.DisposeAsync();

        Assert.Null(Processes.Find(int.Parse(await File.ReadAllTextAsync(pidFile), CultureInfo.InvariantCulture)));
    }
}
