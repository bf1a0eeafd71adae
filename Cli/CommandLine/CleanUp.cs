namespace EmbedPlatform.Cli.CommandLine;

/// <summary>Counts the started processes that an interrupted command must stop before it exits.</summary>
internal static class CleanUp
{
    private static int _owners;

    /// <summary>Whether a started process is running.</summary>
    public static bool IsNeeded => Volatile.Read(ref _owners) > 0;

    /// <summary>A process was started.</summary>
    public static void Begin() => Interlocked.Increment(ref _owners);

    /// <summary>A process has ended.</summary>
    public static void End() => Interlocked.Decrement(ref _owners);
}
