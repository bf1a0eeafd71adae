using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using EmbedPlatform.AppHost.Operations;
using EmbedPlatform.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;

namespace EmbedPlatform.AppHost.Tests;

/// <summary>The commands on the resource <c>search</c>.</summary>
public class CommandTests(RunningPlatform platform)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private IResource Search =>
        platform.App.Services.GetRequiredService<DistributedApplicationModel>().Resources.Single(resource => resource.Name == "search");

    [Fact]
    public async Task The_demo_is_this_repositorys_pages_and_can_be_embedded_again()
    {
        await ExecuteAsync(SearchCommands.IndexDemo);
        var demo = await DemoAsync();
        Assert.InRange((int)demo["documents"]!, 3, 100);
        Assert.Equal((0, 0), ((int)demo["pending"]!, (int)demo["failed"]!));
        var before = await NewestChunkAsync();

        await ExecuteAsync(SearchCommands.Reembed);

        await Eventually.TrueAsync(async () => (int)(await DemoAsync())["pending"]! == 0, "the demo is embedded");

        // Every chunk is a new row.
        Assert.True(await NewestChunkAsync() >= before + (long)demo["chunks"]!);
        Assert.Equal((int)demo["chunks"]!, (int)(await DemoAsync())["chunks"]!);
    }

    [Fact]
    public Task The_caches_can_be_flushed() => ExecuteAsync(SearchCommands.FlushCaches);

    [Fact]
    public async Task A_command_that_a_resource_has_not_says_so()
    {
        var result = await platform.App.ResourceCommands.ExecuteCommandAsync(Search, "no-such-command", Cancelled);

        Assert.False(result.Success);
    }

    private async Task ExecuteAsync(string command)
    {
        await platform.App.ResourceNotifications.WaitForResourceHealthyAsync("search", Cancelled);
        var result = await platform.App.ResourceCommands.ExecuteCommandAsync(Search, command, Cancelled);
        Assert.True(result.Success, result.ToString());
    }

    private async Task<JsonNode> DemoAsync()
    {
        using var http = platform.App.CreateHttpClient("search");
        return (await http.GetFromJsonAsync<JsonNode>(new Uri("/api/v1/collections/demo", UriKind.Relative), Cancelled))!;
    }

    private async Task<long> NewestChunkAsync()
    {
        await using var database = NpgsqlDataSource.Create(
            ProductSchema.In((await platform.App.GetConnectionStringAsync("vectors", Cancelled))!) + ";Pooling=false"
        );
        await using var command = database.CreateCommand("SELECT coalesce(max(id), 0) FROM chunk");
        return (long)(await command.ExecuteScalarAsync(Cancelled))!;
    }
}
