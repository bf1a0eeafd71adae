using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Installation;
using EmbedPlatform.Inference.Models;
using EmbedPlatform.Inference.Models.Import;
using EmbedPlatform.Inference.Onnx;
using EmbedPlatform.Inference.Onnx.Rewriting;

namespace EmbedPlatform.Inference.Quantization;

/// <summary>Makes a smaller or faster model from an existing one and reports the cost in quality and the gain in speed.</summary>
public static class ModelQuantizer
{
    private const int TimedRounds = 3;

    /// <summary>
    /// Quantises a model to int8 and compares the result with the original. The new folder can be imported; it appears only once it is
    /// complete.
    /// </summary>
    /// <param name="source">
    /// A folder that <see cref="ModelStore.ImportAsync(ImportOptions, CancellationToken)"/> accepts, such as that of an installed model, or
    /// an ONNX file with a tokenizer.json beside it.
    /// </param>
    /// <param name="target">The new folder; or, if it ends in <c>.onnx</c>, the new file alone.</param>
    /// <param name="catalog">The catalogue of models.</param>
    /// <param name="options">Limits and samples.</param>
    /// <param name="cancellationToken">Stops between steps; nothing is written in that case.</param>
    /// <exception cref="QuantizationRefusedException">The result is too far from the original; nothing was written.</exception>
    /// <exception cref="ModelImportException">The source is not a model, or the target is not empty.</exception>
    /// <exception cref="InvalidDataException">The graph cannot be quantised.</exception>
    /// <exception cref="ModelLoadException">ONNX Runtime cannot load the graph.</exception>
    /// <exception cref="InferenceFailedException">The model fails on a sample.</exception>
    public static Task<QuantizationReport> QuantizeAsync(
        string source,
        string target,
        ModelCatalog catalog,
        QuantizationOptions options,
        CancellationToken cancellationToken
    ) =>
        RewriteAsync(
            source,
            target,
            catalog,
            options,
            entry => entry with { Id = entry.Id + ModelCatalog.QuantizedSuffix, Variant = "int8", Sources = [] },
            (input, output, samples) => Int8Quantizer.Quantize(input, output, samples, options.ReduceRange),
            cancellationToken
        );

    /// <summary>
    /// Rewrites a model with faster operators, equal up to rounding, and compares it like <see cref="QuantizeAsync"/>. It keeps
    /// its id.
    /// </summary>
    /// <exception cref="ModelImportException">The source is not a model or has external weights, or the target is not empty.</exception>
    /// <inheritdoc cref="QuantizeAsync"/>
    public static Task<QuantizationReport> OptimizeAsync(
        string source,
        string target,
        ModelCatalog catalog,
        QuantizationOptions options,
        CancellationToken cancellationToken
    ) =>
        RewriteAsync(
            source,
            target,
            catalog,
            options,
            entry => entry,
            (input, output, _) =>
                OnnxReader.ReadSignature(input).ExternalFiles.Count == 0
                    ? GraphOptimizer.Optimize(input, output)
                    : throw new ModelImportException($"{source} keeps its weights in separate files, which cannot be rewritten."),
            cancellationToken
        );

    /// <summary>
    /// Quantises a model that is being installed, with the built-in sample texts, so that every installation of it gets the same bytes.
    /// </summary>
    /// <param name="entry">The model's catalogue entry.</param>
    /// <param name="model">The graph of 32-bit floats.</param>
    /// <param name="tokenizer">The model's tokenizer.json.</param>
    /// <param name="target">The file to write.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    /// <exception cref="QuantizationRefusedException">The result is too far from the original; it was deleted.</exception>
    /// <exception cref="InvalidDataException">The graph cannot be quantised.</exception>
    internal static RewriteSummary QuantizeFile(
        CatalogEntry entry,
        string model,
        string tokenizer,
        string target,
        CancellationToken cancellationToken
    )
    {
        var comparison = new ModelComparison(entry, tokenizer, SampleTexts.BuiltIn());
        var graph = Int8Quantizer.Quantize(model, target, comparison.TokenIds);
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            comparison.Run(model, target, new QuantizationOptions().MinCosine, rounds: 1, cancellationToken);
        }
        catch (QuantizationRefusedException)
        {
            File.Delete(target);
            throw;
        }

        return graph;
    }

    private static async Task<QuantizationReport> RewriteAsync(
        string source,
        string target,
        ModelCatalog catalog,
        QuantizationOptions options,
        Func<CatalogEntry, CatalogEntry> describe,
        Func<string, string, IReadOnlyList<int[]>, RewriteSummary> rewrite,
        CancellationToken cancellationToken
    )
    {
        var model = LocalModel.ReadToRewrite(source, catalog);
        var (input, _) =
            model.Files
            ?? throw new ModelImportException(
                $"{source} is a package to import, not an ONNX model: import it, then quantise the installed model."
            );
        target = Path.GetFullPath(target);
        var toFile = Path.GetExtension(target) == ".onnx";
        if (toFile ? Path.Exists(target) : Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any())
        {
            throw new ModelImportException(toFile ? $"{target} already exists." : $"{target} is not empty.");
        }

        var work = $"{target}.part";
        Directory.CreateDirectory(work);
        try
        {
            var output = Path.Combine(work, "model.onnx");
            var tokenizer = Path.Combine(work, "tokenizer.json");
            model.WriteTokenizer(tokenizer);
            var comparison = new ModelComparison(model.Entry, tokenizer, options.Texts ?? SampleTexts.BuiltIn());
            comparison.Try(input);
            var graph = rewrite(input, output, comparison.TokenIds);
            cancellationToken.ThrowIfCancellationRequested();
            var compared = comparison.Run(input, output, options.MinCosine, TimedRounds, cancellationToken);

            var entry = describe(model.Entry);
            if (!model.IsGuessed)
            {
                await DescribeAsync(entry, Origins(model, entry), model.Revision, work, cancellationToken);
            }

            var report = new QuantizationReport(
                entry.Id,
                graph,
                Size(input),
                Size(output),
                compared.Samples,
                compared.MeanCosine,
                compared.LowestCosine,
                compared.SourceTokensPerSecond,
                compared.TokensPerSecond,
                !model.IsGuessed
            );
            if (toFile)
            {
                File.Move(output, target);
                return report with { Importable = false };
            }

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

    private static string[]? Origins(LocalModel source, CatalogEntry made)
    {
        string[] origins = [.. source.Id == made.Id ? Array.Empty<string>() : [source.Id], .. source.MadeFrom];
        return origins.Length > 0 ? origins : null;
    }

    private static async Task DescribeAsync(
        CatalogEntry entry,
        IReadOnlyList<string>? madeFrom,
        string? source,
        string folder,
        CancellationToken cancellationToken
    )
    {
        var manifest = await ModelManifest.DescribeAsync(
            folder,
            entry.Id,
            "",
            entry.Variant,
            ["model.onnx", "tokenizer.json"],
            cancellationToken
        );
        var revision = $"{source ?? "local"}+{manifest.Files[0].Sha256[..12]}";
        ModelJson.WriteAtomically(
            Path.Combine(folder, ModelManifest.FileName),
            manifest with
            {
                Revision = revision,
                MadeFrom = madeFrom,
                Entry = entry,
            }
        );
    }

    private static long Size(string model) =>
        Length(model)
        + OnnxReader.ReadSignature(model).ExternalFiles.Sum(file => Length(Path.Combine(Path.GetDirectoryName(model)!, file)));

    /// <summary>The length of a file; for a link, of its target.</summary>
    private static long Length(string path)
    {
        using var file = File.OpenHandle(path);
        return RandomAccess.GetLength(file);
    }
}
