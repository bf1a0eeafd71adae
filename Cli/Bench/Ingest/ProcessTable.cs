using System.Globalization;

namespace EmbedPlatform.Cli.Bench.Ingest;

/// <summary>What the parts of a platform have used.</summary>
/// <param name="Cpu">Processor time by part, of processes that have ended too.</param>
/// <param name="Resident">Bytes in memory by part. PostgreSQL's count what its processes share once for each, so its own pages are counted instead.</param>
internal sealed record PlatformUse(IReadOnlyDictionary<string, TimeSpan> Cpu, IReadOnlyDictionary<string, long> Resident)
{
    /// <summary>Processor time of all parts.</summary>
    public TimeSpan AllCpu => TimeSpan.FromTicks(Cpu.Values.Sum(time => time.Ticks));
}

/// <summary>Reads what a process and all below it use, out of proc(5). Linux only.</summary>
/// <param name="root">The process at the top: the AppHost.</param>
internal sealed class ProcessTable(int root)
{
    /// <summary>USER_HZ, in which the kernel tells times.</summary>
    private const int TicksPerSecond = 100;

    private const string Other = "other";

    /// <summary>What tells a part by its command line, the first that fits.</summary>
    private static readonly (string Sign, string Part)[] Parts =
    [
        ("SearchApi", "SearchApi"),
        ("EmbedService", "EmbedService"),
        ("RerankService", "RerankService"),
        ("postgres", "PostgreSQL"),
        ("redis", "Redis"),
    ];

    /// <summary>Whether this system has such a table.</summary>
    public static bool IsHere => OperatingSystem.IsLinux() && Directory.Exists("/proc/self");

    /// <summary>Reads it now.</summary>
    public PlatformUse Read()
    {
        var cpu = new Dictionary<string, TimeSpan>(StringComparer.Ordinal);
        var resident = new Dictionary<string, long>(StringComparer.Ordinal);
        var children = All().ToLookup(process => process.Parent);
        var open = new Queue<(Entry Process, string Part)>(
            children.SelectMany(group => group).Where(process => process.Id == root).Select(process => (process, Other))
        );
        while (open.TryDequeue(out var next))
        {
            var part = PartOf(next.Process.Id) ?? next.Part;
            cpu[part] = cpu.GetValueOrDefault(part) + next.Process.Cpu;
            resident[part] =
                resident.GetValueOrDefault(part) + (part == "PostgreSQL" ? Private(next.Process.Id) : Status(next.Process.Id, "VmRSS:"));
            foreach (var child in children[next.Process.Id])
            {
                open.Enqueue((child, part));
            }
        }

        return new PlatformUse(cpu, resident);
    }

    private static IEnumerable<Entry> All()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (
                int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                && Parse(id, Text(id, "stat")) is { } entry
            )
            {
                yield return entry;
            }
        }
    }

    // The name stands in brackets and may hold anything; behind it come the state, the parent and, from the 14th field of all on, the times.
    private static Entry? Parse(int id, string stat)
    {
        var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length < 15
            ? null
            : new Entry(
                id,
                int.Parse(fields[1], CultureInfo.InvariantCulture),
                TimeSpan.FromSeconds(fields[11..15].Sum(field => long.Parse(field, CultureInfo.InvariantCulture)) / (double)TicksPerSecond)
            );
    }

    private static string? PartOf(int id)
    {
        var command = Text(id, "cmdline");
        return Parts.Where(part => command.Contains(part.Sign, StringComparison.Ordinal)).Select(part => part.Part).FirstOrDefault();
    }

    private static long Private(int id) => Math.Max(0, Status(id, "VmRSS:") - Status(id, "RssShmem:") - Status(id, "RssFile:"));

    private static long Status(int id, string field) =>
        Text(id, "status").Split('\n').FirstOrDefault(line => line.StartsWith(field, StringComparison.Ordinal)) is { } line
            ? long.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024
            : 0;

    private static string Text(int id, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/{file}");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // It ended meanwhile; its parent has its time from now on.
            return string.Empty;
        }
    }

    /// <summary>A process, and the processor time of it and of the children that it saw end.</summary>
    private sealed record Entry(int Id, int Parent, TimeSpan Cpu);
}
