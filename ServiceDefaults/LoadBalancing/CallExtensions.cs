using EmbedPlatform.ServiceDefaults.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.ServiceDefaults.LoadBalancing;

/// <summary>HTTP clients with service discovery, load balancing over replicas, and safe retries.</summary>
public static class CallExtensions
{
    /// <summary>Configures every <see cref="HttpClient"/> of the factory with <see cref="CallHandler"/>.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configuration">Holds the addresses (<c>services:{name}</c>) and the options (<c>Calls</c>).</param>
    public static IServiceCollection AddServiceCalls(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddServiceDiscovery();
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IConfigureOptions<CallOptions>, CallOptionsSetup>();
        services.AddOptionsValidator<CallOptions>(
            CallOptions.SectionName,
            new Dictionary<string, string>
            {
                ["LongestWaitSeconds"] = nameof(CallOptions.MaxRetryAfterSeconds),
                ["LongestEjectSeconds"] = nameof(CallOptions.MaxEjectSeconds),
            },
            // Those of one called service.
            isForeign: child => child.Value is null
        );
        services.AddOptions<CallOptions>().ValidateOnStart();
        var section = configuration.GetSection(CallOptions.SectionName);
        foreach (var service in section.GetChildren().Where(child => child.Value is null))
        {
            services.AddOptions<CallOptions>(service.Key).ValidateOnStart();
        }

        services.TryAddSingleton(provider => new HostAddresses(provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<ServiceAddresses>();
        services.TryAddSingleton<ReplicaSets>();
        services.TryAddSingleton<CallMetrics>();
        services.TryAddTransient<CallHandler>();
        return services.ConfigureHttpClientDefaults(http =>
            http
            // CallHandler has a timeout for each service.
            .ConfigureHttpClient(client => client.Timeout = Timeout.InfiniteTimeSpan)
                .UseSocketsHttpHandler(
                    (sockets, provider) =>
                    {
                        sockets.ConnectTimeout = TimeSpan.FromSeconds(
                            provider.GetRequiredService<IOptions<CallOptions>>().Value.ConnectSeconds
                        );
                        // Picks up DNS changes.
                        sockets.PooledConnectionLifetime = TimeSpan.FromMinutes(2);
                    }
                )
                .AddHttpMessageHandler<CallHandler>()
        );
    }

    /// <summary>Sets defaults for calls to one service; the configuration overrides them.</summary>
    public static IServiceCollection AddCallDefaults(this IServiceCollection services, string service, Action<CallOptions> configure) =>
        services.AddSingleton(new CallDefaults(service, configure));
}

internal sealed record CallDefaults(string Service, Action<CallOptions> Configure);

/// <summary>Order of precedence, ascending: options of all services, defaults of one service in code, its configuration.</summary>
internal sealed class CallOptionsSetup(IConfiguration configuration, IEnumerable<CallDefaults> defaults)
    : IConfigureNamedOptions<CallOptions>
{
    public void Configure(CallOptions options) => Configure(Options.DefaultName, options);

    public void Configure(string? name, CallOptions options)
    {
        var section = configuration.GetSection(CallOptions.SectionName);
        section.Bind(options);
        if (string.IsNullOrEmpty(name))
        {
            return;
        }

        foreach (var service in defaults.Where(one => string.Equals(one.Service, name, StringComparison.OrdinalIgnoreCase)))
        {
            service.Configure(options);
        }

        section.GetSection(name).Bind(options);
    }
}
