using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.Dashboard;

/// <summary>Where the dashboard's program lies: the SDK's own metadata of the AppHost, or the path that its host reads from the configuration.</summary>
internal static class DashboardProgram
{
    /// <summary>The path, or null where there is no dashboard.</summary>
    public static string? Find(IConfiguration configuration, Assembly? appHost)
    {
        var path = configuration["ASPIRE_DASHBOARD_PATH"]
            ?? appHost?.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(a => a.Key == "aspiredashboardpath")?.Value;
        return File.Exists(path) ? path : null;
    }
}
