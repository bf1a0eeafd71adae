using EmbedPlatform.Inference;
using EmbedPlatform.Inference.Installation;
using EmbedPlatform.Inference.Models;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.ModelHosting;

/// <summary>The catalogue's pairs of models, read once: the file comes with the program.</summary>
/// <param name="options">Where the models lie.</param>
public sealed class PairCatalog(IOptions<InferenceOptions> options)
{
    private readonly Lazy<ModelCatalog> _catalog = new(() => ModelStore.Open(options.Value).Catalog);

    /// <summary>The pairs that name one of the models.</summary>
    /// <param name="ids">The models' ids.</param>
    public IReadOnlyList<PairFusion> Of(IEnumerable<string> ids) => _catalog.Value.PairsOf(ids);
}
