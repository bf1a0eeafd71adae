using EmbedPlatform.Inference.Models;

namespace EmbedPlatform.Inference.ModelPools;

/// <summary>
/// Resolves model names of requests to ids. Ids take precedence over aliases, and aliases of the options over provider aliases.
/// </summary>
internal sealed class ModelNameResolver
{
    private readonly Dictionary<string, string> _aliases = new(StringComparer.OrdinalIgnoreCase);

    public ModelNameResolver(InferenceOptions options, IReadOnlyList<string> known)
    {
        foreach (var name in options.ProviderAliases ? known : [])
        {
            _aliases[name] = ModelCatalog.Default;
        }

        foreach (var (name, target) in options.Aliases)
        {
            _aliases[name] = target;
        }
    }

    /// <summary>The id of an alias; null if the name is unknown.</summary>
    public string? Target(string name) => _aliases.GetValueOrDefault(name) is { Length: > 0 } target ? target : null;

    /// <summary>Whether a request means the default model.</summary>
    public static bool IsDefault(string? name) =>
        string.IsNullOrEmpty(name) || string.Equals(name, ModelCatalog.Default, StringComparison.OrdinalIgnoreCase);

    /// <summary>The first alias with an unknown target, with that target; null if there is none.</summary>
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
