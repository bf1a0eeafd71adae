using EmbedPlatform.Inference;
using EmbedPlatform.Inference.Installation;
using EmbedPlatform.Inference.Models;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.ModelServiceDefaults.Hosting;

/// <summary>The fusion weights of model pairs. The catalogue ships with the program, so it is read only once.</summary>
public sealed class ModelPairCatalog(IOptions<InferenceOptions> options)
{
    private readonly Lazy<ModelCatalog> _catalog = new(() => ModelStore.Open(options.Value).Catalog);

    public IReadOnlyList<PairFusion> PairsOf(IEnumerable<string> ids) => _catalog.Value.PairsOf(ids);
}
