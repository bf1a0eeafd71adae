using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.ServiceDefaults.Calls;

/// <summary>HTTP clients that find services by their names, spread calls over replicas and repeat what may be repeated.</summary>
public static class CallExtensions
{
    /// <summary>Makes every <see cref="HttpClient"/> of the factory one that calls services by their names. See <see cref="CallOptions"/>.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configuration">Where the addresses (<c>services:{name}</c>) and the options (<c>Calls</c>) are.</param>
    public static IServiceCollection AddServiceCalls(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddServiceDiscovery();
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IConfigureOptions<CallOptions>, CallOptionsSetup>();
        services.AddOptions<CallOptions>().ValidateDataAnnotations().ValidateOnStart();
        var section = configuration.GetSection(CallOptions.SectionName);
        foreach (var service in section.GetChildren().Where(child => child.Value is null))
        {
            services.AddOptions<CallOptions>(service.Key).ValidateDataAnnotations().ValidateOnStart();
        }

        services.TryAddSingleton(provider => new HostAddresses(provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<ServiceAddresses>();
        services.TryAddSingleton<ReplicaSets>();
        services.TryAddSingleton<CallMetrics>();
        services.TryAddTransient<CallHandler>();
        return services.ConfigureHttpClientDefaults(http => http
            // The handler limits calls, service by service.
            .ConfigureHttpClient(client => client.Timeout = Timeout.InfiniteTimeSpan)
            .UseSocketsHttpHandler((sockets, provider) =>
            {
                sockets.ConnectTimeout = TimeSpan.FromSeconds(provider.GetRequiredService<IOptions<CallOptions>>().Value.ConnectSeconds);
                // A name may stand for other machines by then.
                sockets.PooledConnectionLifetime = TimeSpan.FromMinutes(2);
            })
            .AddHttpMessageHandler<CallHandler>());
    }

    /// <summary>Sets how one service is called where the configuration does not say otherwise.</summary>
    /// <param name="services">The services.</param>
    /// <param name="service">The called service's name.</param>
    /// <param name="configure">Sets its options.</param>
    public static IServiceCollection AddCallDefaults(this IServiceCollection services, string service, Action<CallOptions> configure) =>
        services.AddSingleton(new CallDefaults(service, configure));
}

/// <summary>How one service is called where the configuration does not say otherwise.</summary>
internal sealed record CallDefaults(string Service, Action<CallOptions> Configure);

/// <summary>What is said of all services, then what the code says of one, then what the configuration says of it.</summary>
internal sealed class CallOptionsSetup(IConfiguration configuration, IEnumerable<CallDefaults> defaults) : IConfigureNamedOptions<CallOptions>
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
