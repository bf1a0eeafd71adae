using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using EmbedPlatform.AppHost.Health;

namespace EmbedPlatform.AppHost.Services;

/// <summary>Adds the services of this repository to the graph.</summary>
internal static class ServiceBuilderExtensions
{
    /// <summary>The name of each service's endpoint.</summary>
    public const string Endpoint = "http";

    // The port of a service in its image.
    private const int ImagePort = 8080;

    // A local run should stop quickly; a published service drains as long as its options allow.
    private const string DrainSeconds = "4";

    /// <summary>Adds a service that is healthy when its <c>/health</c> responds with 200.</summary>
    /// <param name="builder">The graph.</param>
    /// <param name="name">The resource's name for service discovery.</param>
    /// <param name="port">The port on this machine; null for a random one.</param>
    /// <exception cref="RefusedException">Its program is not built.</exception>
    public static IResourceBuilder<ServiceResource> AddService<TProject>(
        this IDistributedApplicationBuilder builder,
        string name,
        int? port
    )
        where TProject : IProjectMetadata, new()
    {
        var project = new TProject();
        var folder = Path.GetDirectoryName(project.ProjectPath)!;
        if (builder.ExecutionContext.IsPublishMode)
        {
            return builder
                .AddResource(new ServiceResource(name, Path.GetFileName(folder), folder))
                .WithHttpEndpoint(targetPort: ImagePort, name: Endpoint)
                .WithHttpHealthCheck("/health");
        }

        // Without DCP's proxy, which accepts connections for a dead service and lets callers time out.
        var service = builder
            .AddResource(new ServiceResource(name, ServicePrograms.Of(project), folder))
            .WithHttpEndpoint(port: port ?? Ports.Free(), name: Endpoint, isProxied: false);
        // Aspire sets a default exporter address, so without a dashboard services would ignore the user's own collector.
        if (PlatformOptions.Read(builder.Configuration).Dashboard)
        {
            service.WithOtlpExporter();
        }
        else
        {
            service.WithEnvironment("OTEL_SERVICE_NAME", name);
        }

        return service
            .WithEnvironment("ASPNETCORE_ENVIRONMENT", builder.Environment.EnvironmentName)
            .WithEnvironment("ASPNETCORE_URLS", service.GetEndpoint(Endpoint))
            .WithEnvironment("DOTNET_ROOT", ServicePrograms.DotnetRoot)
            .WithEnvironment("Limits__DrainSeconds", DrainSeconds)
            .WithPromptHealthCheck(() => new HttpHealthCheck(new Uri(new Uri(service.GetEndpoint(Endpoint).Url), "/health")))
            .WithRestarts();
    }

    /// <summary>Names the service's link, and adds a link to its OpenAPI description.</summary>
    public static IResourceBuilder<ServiceResource> WithLinks(this IResourceBuilder<ServiceResource> service, string displayName) =>
        service
            .WithUrlForEndpoint(Endpoint, url => url.DisplayText = displayName)
            .WithUrlForEndpoint(Endpoint, _ => new ResourceUrlAnnotation { Url = "/openapi/v1.json", DisplayText = "OpenAPI" });
}
