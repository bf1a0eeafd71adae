using System.Globalization;

namespace EmbedPlatform.TestKit;

/// <summary>A process of this machine; never another that got its number later.</summary>
/// <param name="Id">Its number.</param>
/// <param name="StartTicks">When it started, in clock ticks since boot (proc(5), stat field 22).</param>
public sealed record ProcessIdentity(int Id, long StartTicks);

/// <summary>Looks at processes through /proc.</summary>
public static class Processes
{
    /// <summary>A running process; null where there is none, or only what the system has not yet cleared away of an ended one.</summary>
    public static ProcessIdentity? Find(int id) =>
        Stat(id) is { State: not ("Z" or "X") } stat ? new ProcessIdentity(id, stat.StartTicks) : null;

    /// <summary>Whether a process still runs.</summary>
    public static bool IsAlive(ProcessIdentity process) => Find(process.Id) == process;

    /// <summary>Sends a signal to processes; those that have ended do not matter.</summary>
    public static async Task SignalAsync(string signal, params IEnumerable<int> ids) =>
        await Programs.RunAsync("kill", [$"-{signal}", .. ids.Select(id => $"{id}")]);

    /// <summary>All processes that a process started, and those that they started.</summary>
    public static IReadOnlyList<ProcessIdentity> Descendants(int id)
    {
        var children = Ids()
            .Select(pid => (Id: pid, Stat: Stat(pid)))
            .Where(process => process.Stat is not null)
            .ToLookup(process => process.Stat!.Parent, process => new ProcessIdentity(process.Id, process.Stat!.StartTicks));
        var found = new List<ProcessIdentity>(children[id]);
        for (var i = 0; i < found.Count; i++)
        {
            found.AddRange(children[found[i].Id]);
        }

        return found;
    }

    /// <summary>All processes of this machine.</summary>
    public static IEnumerable<ProcessIdentity> All() => Ids().Select(Find).OfType<ProcessIdentity>();

    /// <summary>The command line of a process, its words separated by blanks; empty where it ended.</summary>
    public static string CommandLine(ProcessIdentity process) => ReadOrNull($"/proc/{process.Id}/cmdline")?.Replace('\0', ' ').Trim() ?? "";

    private static IEnumerable<int> Ids() =>
        Directory
            .GetDirectories("/proc")
            .Select(folder =>
                int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0
            )
            .Where(pid => pid > 0);

    private static ProcessStat? Stat(int id)
    {
        if (ReadOrNull($"/proc/{id}/stat") is not { } text)
        {
            return null;
        }

        // The name in parentheses may hold blanks and parentheses of its own.
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return new ProcessStat(
            fields[0],
            int.Parse(fields[1], CultureInfo.InvariantCulture),
            long.Parse(fields[19], CultureInfo.InvariantCulture)
        );
    }

    private static string? ReadOrNull(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private sealed record ProcessStat(string State, int Parent, long StartTicks);
}
