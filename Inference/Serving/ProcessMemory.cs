using System.Diagnostics;
using System.Runtime.InteropServices;

namespace EmbedPlatform.Inference.Serving;

/// <summary>The memory of this process.</summary>
internal static partial class ProcessMemory
{
    /// <summary>Resident bytes.</summary>
    public static long Resident
    {
        get
        {
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
