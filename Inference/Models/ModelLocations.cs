namespace EmbedPlatform.Inference.Models;

/// <summary>Locates the catalogue and the models.</summary>
internal static class ModelLocations
{
    public const string EnvironmentVariable = "EMBEDPLATFORM_MODELS";

    /// <summary>The catalogue's path and the folders that hold models; models are pulled into the last one.</summary>
    /// <param name="modelsRoot">Folders separated by <c>;</c>, or empty.</param>
    /// <param name="environment">The folder that holds the catalogue, if it is not beside the program.</param>
    /// <param name="starts">The folders from which models/catalog.json is looked for, upwards.</param>
    /// <exception cref="ModelException">There is no catalogue.</exception>
    public static (string Catalog, IReadOnlyList<string> Roots) Find(
        string modelsRoot,
        string? environment,
        params ReadOnlySpan<string> starts
    )
    {
        var configured = modelsRoot
            .Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(Path.GetFullPath)
            .ToArray();
        var catalog =
            configured.Select(root => Path.Combine(root, ModelCatalog.FileName)).FirstOrDefault(File.Exists)
            ?? FromEnvironment(environment)
            ?? FromParents(starts)
            ?? throw new ModelException(
                $"No model catalogue: models/{ModelCatalog.FileName} is neither beside the program nor in a parent folder. "
                    + $"Set {EnvironmentVariable} to the folder that holds {ModelCatalog.FileName}."
            );
        var beside = Path.GetDirectoryName(catalog)!;
        return (
            catalog,
            configured.Length > 0 ? configured : [beside, Path.Combine(Path.GetDirectoryName(beside) ?? beside, ".data", "models")]
        );
    }

    private static string? FromEnvironment(string? environment)
    {
        if (string.IsNullOrWhiteSpace(environment))
        {
            return null;
        }

        var path = Path.Combine(Path.GetFullPath(environment), ModelCatalog.FileName);
        return File.Exists(path)
            ? path
            : throw new ModelException($"{EnvironmentVariable} is {environment}, which does not contain {ModelCatalog.FileName}.");
    }

    private static string? FromParents(ReadOnlySpan<string> starts)
    {
        foreach (var start in starts)
        {
            for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            {
                var path = Path.Combine(folder.FullName, "models", ModelCatalog.FileName);
                if (File.Exists(path))
                {
                    return path;
                }
            }
        }

        return null;
    }
}
