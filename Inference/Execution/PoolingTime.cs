using System.Diagnostics;

namespace EmbedPlatform.Inference.Execution;

/// <summary>How long the run of this thread spent on making vectors of a text out of those of its tokens. A run never leaves its thread.</summary>
internal static class PoolingTime
{
    [ThreadStatic]
    private static TimeSpan _spent;

    public static T Of<T>(Func<T> pool)
    {
        var started = Stopwatch.GetTimestamp();
        var result = pool();
        _spent += Stopwatch.GetElapsedTime(started);
        return result;
    }

    /// <summary>What was spent since the last call.</summary>
    public static TimeSpan Take()
    {
        var spent = _spent;
        _spent = TimeSpan.Zero;
        return spent;
    }
}
