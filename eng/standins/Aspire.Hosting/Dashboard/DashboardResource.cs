using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.Dashboard;

/// <summary>The dashboard as a resource of the graph, started before the services have anything to say and ended after their last word.</summary>
internal static class DashboardResource
{
    /// <summary>The real host's own name for it.</summary>
    public const string Name = "aspire-dashboard";

    private const string Frontend = "http";

    /// <summary>Adds it where its program and its addresses are known.</summary>
    /// <exception cref="DistributedApplicationException">An address is missing or is no address, or it is insecure and nobody allowed that.</exception>
    public static void Add(IDistributedApplicationBuilder builder, string program)
    {
        var configuration = builder.Configuration;
        var frontend = Address(configuration, "ASPNETCORE_URLS");
        var (otlpName, otlp) = Telemetry(configuration);
        if (frontend.Scheme == "http" && !configuration.GetValue<bool>("ASPIRE_ALLOW_UNSECURED_TRANSPORT"))
        {
            throw new DistributedApplicationException(
                "The 'applicationUrl' setting must be an https address unless the 'ASPIRE_ALLOW_UNSECURED_TRANSPORT' environment variable is set to true.");
        }

        var dashboard = builder.AddExecutable(Name, program, Path.GetDirectoryName(program)!, "dashboard")
            .WithEndpoint(port: frontend.Port, targetPort: frontend.Port, scheme: frontend.Scheme, name: Frontend, isProxied: false)
            .WithEnvironment("ASPNETCORE_URLS", frontend.GetLeftPart(UriPartial.Authority))
            .WithEnvironment(otlpName, otlp.GetLeftPart(UriPartial.Authority))
            .WithEnvironment("ASPIRE_DASHBOARD_API_ENABLED", "true")
            .WithEnvironment("ASPIRE_DASHBOARD_TELEMETRY_OPTOUT", "true")
            .WithEnvironment("Logging__LogLevel__Default", "Warning")
            .WithHttpHealthCheck("/health", endpointName: Frontend);
        Lock(dashboard, configuration, "FRONTEND", "BrowserToken", "BROWSERTOKEN", DashboardSecrets.BrowserToken);
        Lock(dashboard, configuration, "OTLP", "ApiKey", "PRIMARYAPIKEY", DashboardSecrets.OtlpApiKey);
        Lock(dashboard, configuration, "API", "ApiKey", "PRIMARYAPIKEY", DashboardSecrets.TelemetryApiKey);
        foreach (var service in builder.Resources.OfType<ProjectResource>())
        {
            service.Annotations.Add(new ResourceRelationshipAnnotation(dashboard.Resource, "Telemetry"));
        }
    }

    private static void Lock(
        IResourceBuilder<ExecutableResource> dashboard, IConfiguration configuration, string door, string mode, string variable, string secret)
    {
        var key = configuration[secret];
        dashboard.WithEnvironment($"DASHBOARD__{door}__AUTHMODE", string.IsNullOrEmpty(key) ? "Unsecured" : mode);
        if (!string.IsNullOrEmpty(key))
        {
            dashboard.WithEnvironment($"DASHBOARD__{door}__{variable}", key);
        }
    }

    private static (string Name, Uri Address) Telemetry(IConfiguration configuration)
    {
        const string grpc = "ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL";
        const string http = "ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL";
        var name = configuration[grpc] is null && configuration[http] is not null ? http : grpc;
        return (name, Address(configuration, name));
    }

    private static Uri Address(IConfiguration configuration, string name)
    {
        var first = configuration[name]?.Split(';')[0];
        return Uri.TryCreate(first, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address
            : throw new DistributedApplicationException($"Failed to configure dashboard resource because {name} environment variable was not set.");
    }
}
