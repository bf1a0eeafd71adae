using System.Globalization;
using System.Runtime.InteropServices;

namespace EmbedPlatform.ModelHosting.Limits;

/// <summary>Keeps the process to some of its cores: sched_setaffinity(2) for every thread, which those that they start inherit.</summary>
public static partial class CoreAffinity
{
    /// <summary>As many cores as the system's own calls count.</summary>
    private const int MaskBytes = 128;

    /// <summary>The numbers of the cores that this process may run on, ascending; empty where the system does not say.</summary>
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

    /// <summary>Keeps every thread of the process, and those to come, to some of the allowed cores.</summary>
    /// <param name="cores">How many, at least 1; where there are no more than that, nothing changes.</param>
    /// <param name="first">Which of the allowed ones is the first.</param>
    /// <returns>Why it is not so; null where it is.</returns>
    public static string? Restrict(int cores, int first)
    {
        if (!OperatingSystem.IsLinux())
        {
            return "the system has no call for it that this program knows";
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

        // A thread that another one starts meanwhile inherits the old cores: until a round finds no new one.
        var done = new HashSet<int>();
        while (Threads().Where(done.Add).ToArray() is { Length: > 0 } threads)
        {
            foreach (var thread in threads)
            {
                if (SetAffinity(thread, MaskBytes, mask) != 0 && Marshal.GetLastPInvokeError() is var error && error != NoSuchThread)
                {
                    return $"the system does not allow it (sched_setaffinity: error {error.ToString(CultureInfo.InvariantCulture)})";
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
