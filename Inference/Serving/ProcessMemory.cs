using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace EmbedPlatform.Inference.Serving;

/// <summary>The memory of this process.</summary>
internal static partial class ProcessMemory
{
    private const string AnonymousField = "RssAnon:";

    /// <summary>Resident bytes that are this process's own; what is mapped from files, such as libraries, is left out where the system tells it apart.</summary>
    public static long Resident
    {
        get
        {
            if (
                OperatingSystem.IsLinux()
                && File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith(AnonymousField, StringComparison.Ordinal))
                    is { } line
                && long.TryParse(
                    line.AsSpan(AnonymousField.Length).Trim().TrimEnd("kB").Trim(),
                    CultureInfo.InvariantCulture,
                    out var kilobytes
                )
            )
            {
                return kilobytes * 1024;
            }

            using var process = Process.GetCurrentProcess();
            return process.WorkingSet64;
        }
    }

    /// <summary>Gives the system back what the C library keeps of freed memory. Does nothing where the library has no such call.</summary>
    public static void Trim()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            _ = Trim(0);
        }
        catch (EntryPointNotFoundException)
        {
            // musl returns memory by itself.
        }
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int Trim(nuint pad);
}
