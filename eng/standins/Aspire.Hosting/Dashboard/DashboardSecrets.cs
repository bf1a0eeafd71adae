using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.Dashboard;

/// <summary>The keys of the dashboard's three doors, under the names that Aspire gives them: browsing, sending telemetry, reading it back.</summary>
internal static class DashboardSecrets
{
    public const string BrowserToken = "AppHost:BrowserToken";
    public const string OtlpApiKey = "AppHost:OtlpApiKey";
    public const string TelemetryApiKey = "AppHost:DashboardApiKey";

    /// <summary>Makes up what the configuration does not say, unless it says that nobody needs a key.</summary>
    public static void Complete(ConfigurationManager configuration)
    {
        if (IsUnsecured(configuration))
        {
            return;
        }

        configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            [BrowserToken] = Given(configuration["ASPIRE_DASHBOARD_FRONTEND_BROWSERTOKEN"]) ?? New(),
            [OtlpApiKey] = Given(configuration[OtlpApiKey]) ?? New(),
            [TelemetryApiKey] = Given(configuration[TelemetryApiKey]) ?? New(),
        });
    }

    public static bool IsUnsecured(IConfiguration configuration) =>
        configuration.GetValue<bool>("ASPIRE_DASHBOARD_UNSECURED_ALLOW_ANONYMOUS") || configuration.GetValue<bool>("DOTNET_DASHBOARD_UNSECURED_ALLOW_ANONYMOUS");

    private static string? Given(string? value) => string.IsNullOrEmpty(value) ? null : value;

    private static string New() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
}
