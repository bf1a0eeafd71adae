using System.Runtime.InteropServices;

namespace EmbedPlatform.Inference.Execution;

/// <summary>The CPU time of the current thread. Elapsed time would overstate the cost of a run when threads wait for a core.</summary>
internal static partial class ThreadCpuTime
{
    /// <summary><c>CLOCK_THREAD_CPUTIME_ID</c> of clock_gettime(2) on Linux.</summary>
    private const int ThreadClock = 3;

    /// <summary>User and system time so far; null if the platform does not report it.</summary>
    public static TimeSpan? Now =>
        OperatingSystem.IsLinux() && Environment.Is64BitProcess && ClockGetTime(ThreadClock, out var time) == 0
            ? TimeSpan.FromTicks((time.Seconds * TimeSpan.TicksPerSecond) + (time.Nanoseconds / TimeSpan.NanosecondsPerTick))
            : null;

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ClockGetTime(int clock, out Timespec time);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Timespec
    {
        public readonly long Seconds;
        public readonly long Nanoseconds;
    }
}
