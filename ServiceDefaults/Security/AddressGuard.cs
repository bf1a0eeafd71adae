using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.ServiceDefaults.Security;

// Addresses set in code do not show in the configuration: a service that turns out to be reachable from outside without a key shuts down.
internal sealed partial class AddressGuard(
    IOptions<ApiKeyOptions> options,
    IServiceProvider services,
    IHostApplicationLifetime lifetime,
    ILogger<AddressGuard> logger
) : IHostedLifecycleService
{
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        var addresses = services.GetService<IServer>()?.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        if (options.Value is { Required: null, Enforced: false } && addresses.FirstOrDefault(ListenAddresses.IsExternal) is { } address)
        {
            LogUnprotected(ApiKeyOptionsValidator.UnprotectedMessage(address));
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
