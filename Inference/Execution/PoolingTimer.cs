using System.Diagnostics;

namespace EmbedPlatform.Inference.Execution;

/// <summary>The time that the current thread's run spent on pooling token vectors. A run never leaves its thread.</summary>
internal static class PoolingTimer
{
    [ThreadStatic]
    private static TimeSpan _spent;

    public static T Measure<T>(Func<T> pool)
    {
        var started = Stopwatch.GetTimestamp();
        var result = pool();
        _spent += Stopwatch.GetElapsedTime(started);
        return result;
    }

    /// <summary>The time since the last call.</summary>
    public static TimeSpan TakeElapsed()
    {
        var spent = _spent;
        _spent = TimeSpan.Zero;
        return spent;
    }
}
