using System.Diagnostics;
using EmbedPlatform.ServiceDefaults.Health;
using EmbedPlatform.ServiceDefaults.Telemetry.Prometheus;
using OpenTelemetry;

namespace EmbedPlatform.ServiceDefaults.Telemetry;

/// <summary>
/// Keeps back what nobody asked for: probes and scrapes with all that they cause, and the database's spans of loops that look for work. One a second of
/// each would bury the requests that somebody waits for.
/// </summary>
internal sealed class UnaskedSpanFilter : BaseProcessor<Activity>
{
    private const string Database = "Npgsql";

    public override void OnEnd(Activity data)
    {
        if (IsUnasked(data))
        {
            data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        }
    }

    private static bool IsUnasked(Activity data)
    {
        if (data.ParentSpanId == default && data.Source.Name == Database)
        {
            return true;
        }

        var root = data;
        while (root.Parent is { } parent)
        {
            root = parent;
        }

        return root.GetTagItem("url.path") is HealthEndpoints.Ready or HealthEndpoints.Alive or MetricsEndpoint.Path;
    }
}
