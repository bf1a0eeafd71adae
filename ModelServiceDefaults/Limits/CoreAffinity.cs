using System.Globalization;
using System.Runtime.InteropServices;

namespace EmbedPlatform.ModelServiceDefaults.Limits;

/// <summary>Pins the process to some of its cores: sched_setaffinity(2) for every thread, which new threads inherit.</summary>
public static partial class CoreAffinity
{
    /// <summary>The size of glibc's cpu_set_t.</summary>
    private const int MaskBytes = 128;

    /// <summary>The cores that this process may run on, ascending; empty if unknown.</summary>
    public static IReadOnlyList<int> Allowed
    {
        get
        {
            var mask = new byte[MaskBytes];
            return OperatingSystem.IsLinux() && GetAffinity(0, MaskBytes, mask) == 0
                ? [.. Enumerable.Range(0, MaskBytes * 8).Where(core => (mask[core / 8] & (1 << (core % 8))) != 0)]
                : [];
        }
    }

    /// <param name="cores">The number of cores, at least 1. No effect if no more are allowed.</param>
    /// <param name="first">The index of the first one among the allowed cores.</param>
    /// <returns>Null, or why it failed.</returns>
    public static string? Restrict(int cores, int first)
    {
        if (!OperatingSystem.IsLinux())
        {
            return "this is only supported on Linux";
        }

        var allowed = Allowed;
        if (allowed.Count <= cores)
        {
            return null;
        }

        var mask = new byte[MaskBytes];
        for (var i = 0; i < cores; i++)
        {
            var core = allowed[(first + i) % allowed.Count];
            mask[core / 8] |= (byte)(1 << (core % 8));
        }

        // A thread started meanwhile inherits the old mask: repeat until there is no new thread.
        var done = new HashSet<int>();
        while (Threads().Where(done.Add).ToArray() is { Length: > 0 } threads)
        {
            foreach (var thread in threads)
            {
                if (SetAffinity(thread, MaskBytes, mask) != 0 && Marshal.GetLastPInvokeError() is var error && error != NoSuchThread)
                {
                    return $"the system refused (sched_setaffinity: error {error.ToString(CultureInfo.InvariantCulture)})";
                }
            }
        }

        return null;
    }

    private const int NoSuchThread = 3;

    private static IEnumerable<int> Threads() =>
        Directory.EnumerateDirectories("/proc/self/task").Select(path => int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture));

    [LibraryImport("libc", EntryPoint = "sched_getaffinity", SetLastError = true)]
    private static partial int GetAffinityRaw(int thread, nuint bytes, [Out] byte[] mask);

    private static int GetAffinity(int thread, int bytes, byte[] mask) => GetAffinityRaw(thread, (nuint)bytes, mask);

    [LibraryImport("libc", EntryPoint = "sched_setaffinity", SetLastError = true)]
    private static partial int SetAffinityRaw(int thread, nuint bytes, byte[] mask);

    private static int SetAffinity(int thread, int bytes, byte[] mask) => SetAffinityRaw(thread, (nuint)bytes, mask);
}
