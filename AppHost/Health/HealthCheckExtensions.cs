using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace EmbedPlatform.AppHost.Health;

internal static class HealthCheckExtensions
{
    /// <summary>Calls a resource healthy when a check says so, as soon as it says so.</summary>
    public static IResourceBuilder<T> WithPromptHealthCheck<T>(this IResourceBuilder<T> resource, Func<IHealthCheck> create)
        where T : IResource
    {
        var key = $"{resource.Resource.Name}_ready";
        resource
            .ApplicationBuilder.Services.AddHealthChecks()
            .Add(new(key, new PromptHealthCheck(create), failureStatus: null, tags: null));
        return resource.WithHealthCheck(key);
    }
}
