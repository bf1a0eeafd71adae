namespace EmbedPlatform.Bench.Measurement;

/// <summary>The machine a benchmark runs on.</summary>
internal static class Host
{
    private const string LoadFile = "/proc/loadavg";

    /// <summary>The load average of the last minute; <c>unknown</c> where the system has none.</summary>
    public static string LoadAverage => File.Exists(LoadFile) ? File.ReadAllText(LoadFile).Split(' ')[0] : "unknown";
}
