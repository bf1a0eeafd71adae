using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using EmbedPlatform.TestKit;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;
using Xunit;

namespace EmbedPlatform.AppHost.Tests;

/// <summary>What happens to a resource whose process ends.</summary>
public sealed class RestartTests(RunningPlatform platform)
{
    [Fact]
    public async Task A_killed_Redis_comes_back_at_its_address()
    {
        var server = Assert.Single(PlatformProcesses.Running("redis-server"));

        await KillAsync("redis", server);

        using var redis = await ConnectionMultiplexer.ConnectAsync(
            (await platform.App.GetConnectionStringAsync("cache", TestContext.Current.CancellationToken))!
        );
        Assert.True(await redis.GetDatabase().PingAsync() > TimeSpan.Zero);
    }

    [Fact]
    public async Task A_killed_script_takes_its_database_server_with_it()
    {
        var script = Assert.Single(PlatformProcesses.Running("postgres.sh"));
        var server = Assert.Single(PlatformProcesses.Running("/bin/postgres -D"));

        await KillAsync("postgres", script);

        Assert.False(Processes.IsAlive(server));
        await platform.App.ResourceNotifications.WaitForResourceHealthyAsync("search", TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_service_that_the_user_stops_stays_stopped_until_the_user_starts_it()
    {
        using var patience = new CancellationTokenSource(RunningPlatform.Patience);
        var rerank = platform
            .App.Services.GetRequiredService<DistributedApplicationModel>()
            .Resources.Single(resource => resource.Name == "rerank");
        await platform.App.ResourceNotifications.WaitForResourceHealthyAsync("rerank", patience.Token);

        var stopped = await platform.App.ResourceCommands.ExecuteCommandAsync(rerank, KnownResourceCommands.StopCommand, patience.Token);
        Assert.True(stopped.Success, stopped.Message);
        // Longer than the first pauses before a restart.
        await Task.Delay(TimeSpan.FromSeconds(3), patience.Token);
        Assert.Empty(PlatformProcesses.Running("/EmbedPlatform.RerankService"));

        var started = await platform.App.ResourceCommands.ExecuteCommandAsync(rerank, KnownResourceCommands.StartCommand, patience.Token);
        Assert.True(started.Success, started.Message);
        await platform.App.ResourceNotifications.WaitForResourceHealthyAsync("rerank", patience.Token);
        Assert.Single(PlatformProcesses.Running("/EmbedPlatform.RerankService"));
    }

    private async Task KillAsync(string resource, ProcessIdentity process)
    {
        using var patience = new CancellationTokenSource(RunningPlatform.Patience);
        var ended = platform.App.ResourceNotifications.WaitForResourceAsync(resource, KnownResourceStates.TerminalStates, patience.Token);

        await Processes.SignalAsync("KILL", process.Id);

        await ended;
        await platform.App.ResourceNotifications.WaitForResourceHealthyAsync(
            resource,
            WaitBehavior.WaitOnResourceUnavailable,
            patience.Token
        );
    }
}
