using Aspire.Hosting.ApplicationModel;

namespace EmbedPlatform.AppHost.Health;

/// <summary>Marks a resource that is restarted after an unexpected exit.</summary>
internal sealed class RestartAnnotation : IResourceAnnotation;

internal static class RestartExtensions
{
    /// <summary>Restarts the resource after an unexpected exit.</summary>
    public static IResourceBuilder<T> WithRestarts<T>(this IResourceBuilder<T> resource)
        where T : IResource => resource.WithAnnotation(new RestartAnnotation());
}
