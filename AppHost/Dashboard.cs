using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace EmbedPlatform.AppHost;

/// <summary>Whether a run has the Aspire dashboard, and its addresses. Aspire's host reads them before there is a builder.</summary>
/// <param name="IsWanted">Whether the dashboard is enabled.</param>
/// <param name="Arguments">Default addresses as settings of Aspire's host, which come before the user's arguments.</param>
internal sealed record Dashboard(bool IsWanted, IReadOnlyList<string> Arguments)
{
    private const int PreferredPort = 18_888;
    private const string Frontend = "ASPNETCORE_URLS";

    /// <summary>Reads the options and chooses the addresses.</summary>
    /// <param name="args">The AppHost's arguments. <c>Dashboard</c> and <c>Ports:Dashboard</c> come from them or the environment.</param>
    /// <exception cref="RefusedException">A value is invalid, or the configured port is in use.</exception>
    public static Dashboard Choose(string[] args)
    {
        var configuration = new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(args).Build();
        var options = PlatformOptions.Read(configuration);
        if (!options.Dashboard)
        {
            return new Dashboard(false, []);
        }

        List<string> arguments = [];
        if (configuration[Frontend] is null)
        {
            Set(
                Frontend,
                Ports.Choose(options.Ports.Dashboard, PreferredPort, nameof(options.Ports.Dashboard), configuration) ?? Ports.Free()
            );
        }

        if (configuration["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] is null && configuration["ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL"] is null)
        {
            Set("ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", Ports.Free());
        }

        if (configuration["ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL"] is null)
        {
            Set("ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL", Ports.Free());
        }

        if (configuration["ASPIRE_ALLOW_UNSECURED_TRANSPORT"] is null)
        {
            // It listens on the loopback address only and requires a token.
            arguments.Add("--ASPIRE_ALLOW_UNSECURED_TRANSPORT=true");
        }

        return new Dashboard(true, arguments);

        void Set(string name, int port) => arguments.Add(string.Create(CultureInfo.InvariantCulture, $"--{name}=http://localhost:{port}"));
    }

    /// <summary>The dashboard's address with its login token; null without a dashboard.</summary>
    /// <param name="configuration">The built host's configuration, which holds a generated token.</param>
    public static Uri? Address(IConfiguration configuration)
    {
        var root = configuration[Frontend]?.Split(';')[0].TrimEnd('/');
        var token = configuration["AppHost:BrowserToken"];
        return (root, token) switch
        {
            (null, _) => null,
            (_, { Length: > 0 }) => new Uri($"{root}/login?t={token}"),
            _ => configuration.GetValue<bool>("ASPIRE_DASHBOARD_UNSECURED_ALLOW_ANONYMOUS") ? new Uri(root) : null,
        };
    }
}
