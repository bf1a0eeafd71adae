using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using EmbedPlatform.AppHost.Health;

namespace EmbedPlatform.AppHost.Services;

/// <summary>Adds the services of this repository to the graph.</summary>
internal static class ServiceBuilderExtensions
{
    /// <summary>The name of each service's endpoint.</summary>
    public const string Endpoint = "http";

    // Where a service listens in its image.
    private const int ImagePort = 8080;

    // A run on one's own machine ends soon; a published service drains for as long as its options say.
    private const string DrainSeconds = "4";

    /// <summary>Adds a service, healthy when its <c>/health</c> answers 200.</summary>
    /// <param name="builder">The graph.</param>
    /// <param name="name">The resource's name, under which others find it.</param>
    /// <param name="port">The port on this machine; null: a random one.</param>
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

        // No proxy of DCP's: it takes connections for a dead service and leaves callers to their timeouts.
        var service = builder
            .AddResource(new ServiceResource(name, ServicePrograms.Of(project), folder))
            .WithHttpEndpoint(port: port ?? Ports.Free(), name: Endpoint, isProxied: false);
        // Aspire's exporter has a default address: without a dashboard, services would keep sending to no one, and never to the user's own collector.
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

    /// <summary>Shows the service's link as what it is, and its OpenAPI description beside it.</summary>
    public static IResourceBuilder<ServiceResource> WithLinks(this IResourceBuilder<ServiceResource> service, string displayName) =>
        service
            .WithUrlForEndpoint(Endpoint, url => url.DisplayText = displayName)
            .WithUrlForEndpoint(Endpoint, _ => new ResourceUrlAnnotation { Url = "/openapi/v1.json", DisplayText = "OpenAPI" });
}
