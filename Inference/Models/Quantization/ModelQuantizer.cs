using EmbedPlatform.Inference.Models.Install;
using EmbedPlatform.Inference.Onnx.Quantization;

namespace EmbedPlatform.Inference.Models.Quantization;

/// <summary>Makes an int8 model of a folder with a float one, and shows what that costs and brings.</summary>
public static class ModelQuantizer
{
    /// <summary>
    /// Quantises a model and compares the result with it. The new folder can be imported; it appears only when everything in it is complete.
    /// </summary>
    /// <param name="source">A folder as <see cref="ModelStore.ImportAsync"/> takes it, such as that of an installed model.</param>
    /// <param name="target">The new folder.</param>
    /// <param name="catalog">What is known about models.</param>
    /// <param name="options">Limits and samples.</param>
    /// <param name="cancellationToken">Stops between steps; nothing is left then.</param>
    /// <exception cref="QuantizationRefusedException">The result is too far from the original; nothing was written.</exception>
    /// <exception cref="ModelImportException">The source is no model, or the target is not empty.</exception>
    /// <exception cref="InvalidDataException">The graph cannot be quantised.</exception>
    public static async Task<QuantizationReport> RunAsync(
        string source, string target, ModelCatalog catalog, QuantizationOptions options, CancellationToken cancellationToken)
    {
        var model = LocalModel.Read(source, null, catalog);
        var (input, tokenizer) = model.Files ?? throw new ModelImportException($"{source} is a package to import, not an ONNX model: import it, then quantise what was installed.");
        target = Path.GetFullPath(target);
        if (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any())
        {
            throw new ModelImportException($"{target} is not empty.");
        }

        var work = $"{target}.part";
        Directory.CreateDirectory(work);
        try
        {
            var report = Write(model.Entry, input, tokenizer, work, options, cancellationToken);
            await DescribeAsync(model, report.Id, work, cancellationToken);
            if (Directory.Exists(target))
            {
                Directory.Delete(target);
            }

            Directory.Move(work, target);
            return report;
        }
        finally
        {
            if (Directory.Exists(work))
            {
                Directory.Delete(work, recursive: true);
            }
        }
    }

    private static QuantizationReport Write(
        CatalogEntry entry, string input, string tokenizer, string folder, QuantizationOptions options, CancellationToken cancellationToken)
    {
        var output = Path.Combine(folder, "model.onnx");
        File.Copy(tokenizer, Path.Combine(folder, "tokenizer.json"), overwrite: true);
        var comparison = new ModelComparison(entry, tokenizer, options.Texts ?? SampleTexts.BuiltIn());
        var graph = Int8Quantizer.Quantize(input, output, comparison.TokenIds, options.ReduceRange);
        cancellationToken.ThrowIfCancellationRequested();
        var (mean, lowest, sourceRate, rate) = comparison.Run(input, output, cancellationToken);
        return mean >= options.MinCosine
            ? new QuantizationReport($"{entry.Id}-int8", graph, Size(input), Size(output), comparison.Samples, mean, lowest, sourceRate, rate)
            : throw new QuantizationRefusedException(mean, options.MinCosine);
    }

    private static async Task DescribeAsync(LocalModel model, string id, string folder, CancellationToken cancellationToken)
    {
        var hash = await ModelManifest.HashAsync(Path.Combine(folder, "model.onnx"), cancellationToken);
        var revision = $"{model.Revision ?? "local"}+int8.{hash[..12]}";
        var manifest = await ModelManifest.DescribeAsync(folder, id, revision, "int8", ["model.onnx", "tokenizer.json"], cancellationToken);
        var entry = model.Entry with { Id = id, Variant = "int8", Sources = [] };
        ModelJson.WriteAtomically(Path.Combine(folder, ModelManifest.FileName), manifest with { Entry = entry });
    }

    private static long Size(string model) =>
        new FileInfo(model).Length
        + Onnx.OnnxReader.ReadSignature(model).ExternalFiles.Sum(file => new FileInfo(Path.Combine(Path.GetDirectoryName(model)!, file)).Length);
}
