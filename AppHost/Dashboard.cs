using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace EmbedPlatform.AppHost;

/// <summary>Whether a run has the Aspire dashboard, and at which addresses. Its host wants to know before there is a builder.</summary>
/// <param name="IsWanted">The user did not say no.</param>
/// <param name="Arguments">The addresses that nobody has set, as the host's own settings; they come before the user's arguments.</param>
internal sealed record Dashboard(bool IsWanted, IReadOnlyList<string> Arguments)
{
    private const int PreferredPort = 18_888;
    private const string Frontend = "ASPNETCORE_URLS";

    /// <summary>Chooses.</summary>
    /// <param name="args">The AppHost's arguments; <c>Dashboard</c> and <c>Ports:Dashboard</c> are read from them and from the environment.</param>
    /// <exception cref="RefusedException">A value cannot be read, or the user wants a port that something else listens on.</exception>
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
            // It listens on this machine's loopback address only, behind a token.
            arguments.Add("--ASPIRE_ALLOW_UNSECURED_TRANSPORT=true");
        }

        return new Dashboard(true, arguments);

        void Set(string name, int port) => arguments.Add(string.Create(CultureInfo.InvariantCulture, $"--{name}=http://localhost:{port}"));
    }

    /// <summary>The address to open, with the token that lets a browser in; null where the host starts no dashboard.</summary>
    /// <param name="configuration">The built host's: it makes up a token when it starts a dashboard that not everybody may see.</param>
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
