using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Xunit;

namespace EmbedPlatform.StandIns.Tests.Hosting;

public sealed class CommandTests
{
    [Fact]
    public async Task A_command_runs_what_the_AppHost_gave_it_with_the_name_of_its_resource()
    {
        var asked = "";
        var result = await ExecuteAsync(context =>
        {
            asked = context.ResourceName;
            return Task.FromResult(CommandResults.Success());
        });

        Assert.True(result.Success);
        Assert.Equal("server", asked);
    }

    [Fact]
    public async Task A_command_that_throws_has_failed_with_the_words_of_the_exception()
    {
        var result = await ExecuteAsync(_ => throw new InvalidOperationException("out of paper"));

        Assert.False(result.Success);
        Assert.Equal("out of paper", result.ErrorMessage);
    }

    [Fact]
    public async Task A_disabled_command_does_nothing()
    {
        var ran = false;
        var result = await ExecuteAsync(
            _ =>
            {
                ran = true;
                return Task.FromResult(CommandResults.Success());
            },
            new CommandOptions { UpdateState = _ => ResourceCommandState.Disabled });

        Assert.False(result.Success);
        Assert.False(ran);
    }

    private static async Task<ExecuteCommandResult> ExecuteAsync(Func<ExecuteCommandContext, Task<ExecuteCommandResult>> command, CommandOptions? options = null)
    {
        var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { DisableDashboard = true });
        var server = builder.AddExecutable("server", "sleep", ".", "60").WithCommand("do", "Do", command, options);
        await using var app = builder.Build();
        await app.ResourceNotifications.PublishUpdateAsync(server.Resource, before => before with { State = KnownResourceStates.Running });

        return await app.ResourceCommands.ExecuteCommandAsync(server.Resource, "do", TestContext.Current.CancellationToken);
    }
}
