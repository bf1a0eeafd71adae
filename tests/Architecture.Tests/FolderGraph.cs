namespace EmbedPlatform.Architecture.Tests;

/// <summary>The folders beside each other in one folder of a project, and which of them use which.</summary>
internal sealed class FolderGraph
{
    private readonly SortedDictionary<string, SortedDictionary<string, List<TypeUse>>> _uses = new(StringComparer.Ordinal);

    private FolderGraph(string parent, IEnumerable<TypeUse> uses)
    {
        foreach (var use in uses)
        {
            var (from, to) = (Child(use.From, parent), Child(use.To, parent));
            if (from is null || to is null || from == to)
            {
                continue;
            }

            if (!_uses.TryGetValue(from, out var targets))
            {
                _uses[from] = targets = new(StringComparer.Ordinal);
            }

            if (!targets.TryGetValue(to, out var list))
            {
                targets[to] = list = [];
            }

            list.Add(use);
        }
    }

    /// <summary>The loops of every folder of a project, each with the types that close it; empty where there are none.</summary>
    public static IReadOnlyList<string> Loops(Project project)
    {
        var uses = project.Uses();
        var parents = uses.SelectMany(use => new[] { use.From, use.To })
            .SelectMany(Ancestors)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);
        return
        [
            .. parents.SelectMany(parent =>
                new FolderGraph(parent, uses)
                    .Loops()
                    .Select(loop => $"{project.Name}{(parent.Length > 0 ? "/" : "")}{parent.Replace('.', '/')}: {loop}")
            ),
        ];
    }

    private static IEnumerable<string> Ancestors(string folder)
    {
        yield return "";
        for (var dot = folder.IndexOf('.', StringComparison.Ordinal); dot >= 0; dot = folder.IndexOf('.', dot + 1))
        {
            yield return folder[..dot];
        }
    }

    private static string? Child(string folder, string parent)
    {
        // A folder's own files may use its subfolders and be used by them.
        if (folder == parent)
        {
            return null;
        }

        var start = parent.Length == 0 ? 0 : parent.Length + 1;
        return parent.Length == 0 || folder.StartsWith(parent + ".", StringComparison.Ordinal) ? folder[start..].Split('.')[0] : null;
    }

    private IEnumerable<string> Loops()
    {
        var reached = _uses.Keys.ToDictionary(folder => folder, Reach, StringComparer.Ordinal);
        var left = new SortedSet<string>(_uses.Keys.Where(folder => reached[folder].Contains(folder)), StringComparer.Ordinal);
        while (left.Count > 0)
        {
            var first = left.Min!;
            var knot = left.Where(folder => reached[first].Contains(folder) && reached[folder].Contains(first)).ToArray();
            left.ExceptWith(knot);
            yield return string.Join(", ", knot)
                + string.Concat(
                    knot.SelectMany(from =>
                        _uses[from]
                            .Where(target => knot.Contains(target.Key))
                            .Select(target =>
                                $"\n    {from} -> {target.Key} ({target.Value.Count}): "
                                + $"{string.Join(", ", target.Value.Take(4).Select(use => $"{use.User} uses {use.Used}"))}"
                            )
                    )
                );
        }
    }

    private HashSet<string> Reach(string start)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var next = new Stack<string>([start]);
        while (next.TryPop(out var folder))
        {
            foreach (var target in _uses.GetValueOrDefault(folder)?.Keys ?? Enumerable.Empty<string>())
            {
                if (reached.Add(target))
                {
                    next.Push(target);
                }
            }
        }

        return reached;
    }
}
