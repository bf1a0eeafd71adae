using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.ServiceDefaults.ApiKeys;

// Addresses can also be given in code, where no configuration shows them: a service that turns out to be open to other machines without a key ends.
internal sealed partial class AddressGuard(
    IOptions<ApiKeyOptions> options, IServiceProvider services, IHostApplicationLifetime lifetime, ILogger<AddressGuard> logger) : IHostedLifecycleService
{
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        var addresses = services.GetService<IServer>()?.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        if (options.Value is { Required: null, Enforced: false } && addresses.FirstOrDefault(ListenAddresses.IsBeyondThisMachine) is { } open)
        {
            LogUnprotected(ApiKeyOptionsValidator.UnprotectedMessage(open));
            Environment.ExitCode = 1;
            lifetime.StopApplication();
        }

        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(LogLevel.Critical, "{Reason}")]
    private partial void LogUnprotected(string reason);
}
