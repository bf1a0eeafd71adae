namespace EmbedPlatform.Cli.CommandLine;

/// <summary>Knows whether an interrupted command has something to end before the process may exit.</summary>
internal static class CleanUp
{
    private static int _owners;

    /// <summary>Whether something that must be ended is running.</summary>
    public static bool IsNeeded => Volatile.Read(ref _owners) > 0;

    /// <summary>Something was started.</summary>
    public static void Begin() => Interlocked.Increment(ref _owners);

    /// <summary>It has ended.</summary>
    public static void End() => Interlocked.Decrement(ref _owners);
}
