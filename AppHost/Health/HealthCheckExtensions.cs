using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace EmbedPlatform.AppHost.Health;

internal static class HealthCheckExtensions
{
    /// <summary>Makes a resource healthy as soon as a check succeeds.</summary>
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
