using EmbedPlatform.Inference.Models;

namespace EmbedPlatform.Inference.Serving;

/// <summary>Turns the names of requests into ids. An id goes before an alias, an alias of the options before a known name.</summary>
internal sealed class ModelNames
{
    private readonly Dictionary<string, string> _aliases = new(StringComparer.OrdinalIgnoreCase);

    public ModelNames(InferenceOptions options, IReadOnlyList<string> known)
    {
        foreach (var name in options.KnownNames ? known : [])
        {
            _aliases[name] = ModelCatalog.Default;
        }

        foreach (var (name, target) in options.Aliases)
        {
            _aliases[name] = target;
        }
    }

    /// <summary>The id behind a name that is no id itself; null where it stands for nothing.</summary>
    public string? Target(string name) => _aliases.GetValueOrDefault(name) is { Length: > 0 } target ? target : null;

    /// <summary>Whether a request asks for the default without naming a model.</summary>
    public static bool IsDefault(string? name) =>
        string.IsNullOrEmpty(name) || string.Equals(name, ModelCatalog.Default, StringComparison.OrdinalIgnoreCase);

    /// <summary>The first alias that leads to no model, with where it leads; null where all lead to one.</summary>
    public (string Name, string Target)? Dangling(Func<string, bool> isServed)
    {
        foreach (var (name, target) in _aliases)
        {
            if (target.Length > 0 && !IsDefault(target) && !isServed(target))
            {
                return (name, target);
            }
        }

        return null;
    }
}
