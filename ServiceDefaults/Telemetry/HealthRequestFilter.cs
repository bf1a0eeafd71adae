using System.Diagnostics;
using EmbedPlatform.ServiceDefaults.Health;
using OpenTelemetry;

namespace EmbedPlatform.ServiceDefaults.Telemetry;

// A probe every second would bury the requests that somebody waits for.
internal sealed class HealthRequestFilter : BaseProcessor<Activity>
{
    public override void OnEnd(Activity data)
    {
        if (data.GetTagItem("url.path") is HealthEndpoints.Ready or HealthEndpoints.Alive)
        {
            data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        }
    }
}
