using EmbedPlatform.ServiceDefaults.Failures;
using Microsoft.Extensions.DependencyInjection;

namespace EmbedPlatform.ServiceDefaults.Startup;

/// <summary>Registers what a service loads while it starts.</summary>
public static class LoadingExtensions
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Loads something beside the start of the server: <c>/alive</c> answers at once, <c>/health</c> is 503 until it is there, and routes take it
    /// as <see cref="Loaded{T}"/>. Where it cannot be loaded the process says why in one line and ends with exit code 1.
    /// </summary>
    /// <typeparam name="T">What is loaded.</typeparam>
    /// <param name="services">The service collection.</param>
    /// <param name="name">The name of the health check.</param>
    /// <param name="load">Loads it; its exceptions' messages are what an operator reads.</param>
    /// <param name="describe">What <c>/health</c> tells of it; called with null until it is loaded.</param>
    public static IServiceCollection AddLoadedAtStart<T>(
        this IServiceCollection services,
        string name,
        Func<IServiceProvider, CancellationToken, Task<T>> load,
        Func<IServiceProvider, T?, IReadOnlyDictionary<string, object>> describe)
        where T : class
    {
        services.AddSingleton<Loaded<T>>();
        services.AddHostedService(provider => ActivatorUtilities.CreateInstance<LoadAtStart<T>>(provider, name, load));
        services.AddHealthChecks().Add(new(
            name, provider => new LoadedHealthCheck<T>(provider.GetRequiredService<Loaded<T>>(), value => describe(provider, value)), null, null));
        return services.MapProblems(map => map.Map<StillLoadingException>(loading => Problems.Unavailable(AskAgain, loading.Message)));
    }
}
