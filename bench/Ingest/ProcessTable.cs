using System.Globalization;

namespace EmbedPlatform.Bench.Ingest;

/// <summary>CPU time and memory of the parts of a platform.</summary>
/// <param name="Cpu">CPU time by part, including ended processes.</param>
/// <param name="Resident">Resident bytes by part. PostgreSQL's are private pages: each process reports the shared ones.</param>
internal sealed record PlatformUse(IReadOnlyDictionary<string, TimeSpan> Cpu, IReadOnlyDictionary<string, long> Resident)
{
    /// <summary>CPU time of all parts.</summary>
    public TimeSpan AllCpu => TimeSpan.FromTicks(Cpu.Values.Sum(time => time.Ticks));
}

/// <summary>Reads the usage of a process and its descendants from proc(5). Linux only.</summary>
/// <param name="root">The process at the top: the AppHost.</param>
internal sealed class ProcessTable(int root)
{
    /// <summary>USER_HZ, the kernel's unit of CPU time.</summary>
    private const int TicksPerSecond = 100;

    private const string Other = "other";

    /// <summary>Marks of the parts in command lines; the first match counts.</summary>
    private static readonly (string Sign, string Part)[] Parts =
    [
        ("SearchApi", "SearchApi"),
        ("EmbedService", "EmbedService"),
        ("RerankService", "RerankService"),
        ("postgres", "PostgreSQL"),
        ("redis", "Redis"),
    ];

    /// <summary>Whether this system has proc(5).</summary>
    public static bool IsAvailable => OperatingSystem.IsLinux() && Directory.Exists("/proc/self");

    /// <summary>Reads the current usage.</summary>
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

    // The name in parentheses may hold any character; after it come the state, the parent and, from the 14th field on, the times.
    private static Entry? Parse(int id, string stat)
    {
        var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length < 15
            ? null
            : new Entry(
                id,
                MonitoredBy(id, stat) ?? int.Parse(fields[1], CultureInfo.InvariantCulture),
                TimeSpan.FromSeconds(fields[11..15].Sum(field => long.Parse(field, CultureInfo.InvariantCulture)) / (double)TicksPerSecond)
            );
    }

    // Aspire's orchestrator detaches itself from the AppHost, and names it in an option.
    private static int? MonitoredBy(int id, string stat)
    {
        if (!stat.Contains("(dcp)", StringComparison.Ordinal))
        {
            return null;
        }

        var arguments = Text(id, "cmdline").Split('\0');
        var option = Array.IndexOf(arguments, "--monitor");
        return option >= 0 && int.TryParse(arguments.ElementAtOrDefault(option + 1), CultureInfo.InvariantCulture, out var apphost)
            ? apphost
            : null;
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
            // The process has ended; from now on its time is part of its parent's.
            return string.Empty;
        }
    }

    /// <summary>A process with its CPU time and that of its ended children.</summary>
    private sealed record Entry(int Id, int Parent, TimeSpan Cpu);
}
