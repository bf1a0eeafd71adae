using Aspire.Hosting.ApplicationModel;

namespace EmbedPlatform.AppHost.Health;

/// <summary>Marks a resource that starts again when it ends by itself.</summary>
internal sealed class RestartAnnotation : IResourceAnnotation;

internal static class RestartExtensions
{
    /// <summary>Starts the resource again when it ends by itself.</summary>
    public static IResourceBuilder<T> WithRestarts<T>(this IResourceBuilder<T> resource)
        where T : IResource => resource.WithAnnotation(new RestartAnnotation());
}
