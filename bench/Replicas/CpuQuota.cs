using System.Globalization;
using EmbedPlatform.Cli.CommandLine;

namespace EmbedPlatform.Bench.Replicas;

/// <summary>A control group that limits one process to a part of a core, as container engines do (CFS bandwidth, cgroup v1/v2).</summary>
internal sealed class CpuQuota : IDisposable
{
    /// <summary>In microseconds. Shorter than a container engine's 100 ms, so that a small quota pauses the process only briefly.</summary>
    private const int Period = 20_000;

    private readonly string _group;
    private readonly string _parent;

    /// <exception cref="CommandException">This user may not create control groups.</exception>
    public CpuQuota(int process, double cores)
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
            throw new CommandException($"cannot limit a process to a part of a core: {refused.Message} (needs root and a cpu controller)");
        }
    }

    /// <summary>Removes the group, once its process has ended.</summary>
    public void Dispose()
    {
        for (var attempt = 0; attempt < 50; attempt++)
        {
            try
            {
                // Its files belong to the kernel; removing the empty folder removes the group.
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
