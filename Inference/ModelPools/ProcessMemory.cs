using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace EmbedPlatform.Inference.ModelPools;

/// <summary>The memory of this process.</summary>
internal static partial class ProcessMemory
{
    private const string AnonymousField = "RssAnon:";

    /// <summary>
    /// Resident private bytes of the process; memory mapped from files, such as libraries, is excluded if the platform reports it
    /// separately.
    /// </summary>
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

    /// <summary>
    /// Returns freed memory that the C library keeps to the operating system. Does nothing if the library has no such call.
    /// </summary>
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
