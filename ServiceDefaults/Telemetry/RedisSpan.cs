using System.Diagnostics;

namespace EmbedPlatform.ServiceDefaults.Telemetry;

/// <summary>Spans of calls to Redis, named as OpenTelemetry's semantic conventions for databases say; never with a key or a value.</summary>
public static class RedisSpan
{
    private static readonly ActivitySource Source = new("EmbedPlatform.Redis");

    /// <summary>Begins one; null where nobody listens.</summary>
    /// <param name="command">The command, in capitals.</param>
    /// <param name="keys">How many keys it asks for.</param>
    public static Activity? Start(string command, int keys = 1)
    {
        var span = Source.StartActivity(command, ActivityKind.Client);
        span?.SetTag("db.system.name", "redis").SetTag("db.operation.name", command);
        if (keys > 1)
        {
            span?.SetTag("db.operation.batch.size", keys);
        }

        return span;
    }

    /// <summary>Says that Redis did not answer.</summary>
    public static void Failed(this Activity? span, Exception failure) =>
        span?.SetTag("error.type", failure.GetType().FullName).SetStatus(ActivityStatusCode.Error);
}
