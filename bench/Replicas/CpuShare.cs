using System.Globalization;

namespace EmbedPlatform.Bench.Replicas;

/// <summary>A control group that gives one process a part of a core and no more, as a container engine does (CFS bandwidth, cgroup v1 or v2).</summary>
internal sealed class CpuShare : IDisposable
{
    /// <summary>In microseconds. Shorter than an engine's 100 ms, so that a small part of a core is not a long standstill in each period.</summary>
    private const int Period = 20_000;

    private readonly string _group;
    private readonly string _parent;

    /// <exception cref="UsageException">The system lets this user make no control group.</exception>
    public CpuShare(int process, double cores)
    {
        var second = File.Exists("/sys/fs/cgroup/cgroup.controllers");
        _parent = second ? "/sys/fs/cgroup" : "/sys/fs/cgroup/cpu";
        _group = Path.Combine(_parent, $"embedplatform-bench-{process}");
        try
        {
            Directory.CreateDirectory(_group);
            var quota = ((int)(cores * Period)).ToString(CultureInfo.InvariantCulture);
            if (second)
            {
                File.WriteAllText(Path.Combine(_group, "cpu.max"), $"{quota} {Period}");
            }
            else
            {
                File.WriteAllText(Path.Combine(_group, "cpu.cfs_period_us"), $"{Period}");
                File.WriteAllText(Path.Combine(_group, "cpu.cfs_quota_us"), quota);
            }

            File.WriteAllText(Path.Combine(_group, "cgroup.procs"), $"{process}");
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new UsageException(
                $"no part of a core can be given to a process: {refused.Message} (it takes root and a cpu controller)"
            );
        }
    }

    /// <summary>Removes the group, once its process has ended.</summary>
    public void Dispose()
    {
        for (var attempt = 0; attempt < 50; attempt++)
        {
            try
            {
                // Not its files, which are the system's: an empty group goes as a folder.
                Directory.Delete(_group);
                return;
            }
            catch (IOException)
            {
                Thread.Sleep(20);
            }
        }
    }
}
