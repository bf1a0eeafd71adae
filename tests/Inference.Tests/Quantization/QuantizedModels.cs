using EmbedPlatform.Inference.Installation;
using EmbedPlatform.Inference.Models;
using EmbedPlatform.Inference.Quantization;
using EmbedPlatform.Inference.Tests.Models;
using EmbedPlatform.InferenceTestKit;
using EmbedPlatform.TestKit;

namespace EmbedPlatform.Inference.Tests.Quantization;

/// <summary>Published models in int8, each quantised once for all tests of a class.</summary>
public sealed class QuantizedModels : IDisposable
{
    /// <summary>A few: how near int8 is to the floats is measured elsewhere.</summary>
    private static readonly string[] Samples =
    [
        "A cat sits on the mat.",
        "Interest rates rose by half a point.",
        "Zürich – naïve café",
        "Cells divide, and proteins fold.",
    ];

    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, InstalledModel> _models = [];

    /// <summary>An installed model in int8; skips the running test where it is absent.</summary>
    internal async Task<InstalledModel> GetAsync(string id, CancellationToken cancellationToken)
    {
        var source = RealModel.Require(id);
        return source.Variant == "int8" ? source
            : _models.TryGetValue(id, out var known) ? known
            : _models[id] = await QuantizeAsync(source, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();

    private async Task<InstalledModel> QuantizeAsync(InstalledModel source, CancellationToken cancellationToken)
    {
        var folder = _folder[$"int8-{_models.Count}"];
        var options = new QuantizationOptions { Texts = Samples };
        await ModelQuantizer.QuantizeAsync(
            source.Folder,
            folder,
            TinyModel.Catalog(source.Entry with { MadeFrom = null }),
            options,
            cancellationToken
        );
        return await new ModelStore(TinyModel.Catalog(), [_folder["store"]]).ImportAsync(folder, null, cancellationToken);
    }
}
