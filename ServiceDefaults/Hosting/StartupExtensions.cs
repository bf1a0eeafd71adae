using EmbedPlatform.ServiceDefaults.Http;
using Microsoft.Extensions.DependencyInjection;

namespace EmbedPlatform.ServiceDefaults.Hosting;

public static class StartupExtensions
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Loads a value in the background: <c>/alive</c> answers at once, and <c>/health</c> is 503 until it is loaded. If loading fails, the
    /// process logs one line and exits with code 1.
    /// </summary>
    /// <param name="name">The name of the health check.</param>
    /// <param name="load">Messages of its exceptions are for operators.</param>
    /// <param name="describe">Facts for <c>/health</c>; called with null until the value is loaded.</param>
    public static IServiceCollection AddStartupValue<T>(
        this IServiceCollection services,
        string name,
        Func<IServiceProvider, CancellationToken, Task<T>> load,
        Func<IServiceProvider, T?, IReadOnlyDictionary<string, object>> describe
    )
        where T : class
    {
        services.AddSingleton<StartupValue<T>>();
        services.AddHostedService(provider => ActivatorUtilities.CreateInstance<StartupLoader<T>>(provider, name, load));
        services
            .AddHealthChecks()
            .Add(
                new(
                    name,
                    provider => new StartupHealthCheck<T>(
                        provider.GetRequiredService<StartupValue<T>>(),
                        value => describe(provider, value)
                    ),
                    null,
                    null
                )
            );
        return services.MapProblems(map => map.Map<StillLoadingException>(loading => Problems.Unavailable(RetryAfter, loading.Message)));
    }
}
