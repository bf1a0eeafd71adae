using EmbedPlatform.Inference.Models;

namespace EmbedPlatform.Inference.Installation;

/// <summary>
/// The models on this machine. Each is in its own folder below one of the roots, with a model.json that is written last and holds the hash
/// of every file: a folder without it, or whose files differ from it, is not installed. Safe for concurrent use by threads and processes.
/// </summary>
public sealed partial class ModelStore
{
    private readonly PullOptions _options;

    /// <summary>A store over folders.</summary>
    /// <param name="catalog">The catalogue.</param>
    /// <param name="roots">Folders that hold models, searched in order; models are pulled and imported into the last one.</param>
    /// <param name="options">How models are fetched; null for the options of the environment.</param>
    public ModelStore(ModelCatalog catalog, IReadOnlyList<string> roots, PullOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfZero(roots.Count, nameof(roots));
        Catalog = catalog;
        Roots = [.. roots.Select(Path.GetFullPath)];
        _options = options ?? PullOptions.FromEnvironment();
    }

    /// <summary>The catalogue.</summary>
    public ModelCatalog Catalog { get; }

    /// <summary>The folders that hold models, as full paths.</summary>
    public IReadOnlyList<string> Roots { get; }

    /// <summary>
    /// The store of the running program: the catalogue of the configured roots, of EMBEDPLATFORM_MODELS, or of the nearest models folder
    /// beside or above the program or the current folder.
    /// </summary>
    /// <exception cref="ModelException">There is no catalogue.</exception>
    /// <exception cref="InvalidDataException">The catalogue is invalid.</exception>
    public static ModelStore Open(InferenceOptions options)
    {
        var (catalog, roots) = ModelLocations.Find(
            options.ModelsRoot,
            Environment.GetEnvironmentVariable(ModelLocations.EnvironmentVariable),
            AppContext.BaseDirectory,
            Directory.GetCurrentDirectory()
        );
        return new ModelStore(ModelCatalog.Load(catalog), roots);
    }

    /// <summary>The installed model with an id, or null. Checks names and sizes, not contents.</summary>
    public InstalledModel? Find(string id) => Locate(id)?.Model;

    /// <summary>The model a service should load; every file's hash is checked.</summary>
    /// <param name="task">The task.</param>
    /// <param name="idOrDefault">An id, or <c>default</c>: the first of the task's defaults that is installed.</param>
    /// <exception cref="ModelNotInstalledException">
    /// It is not installed or its files are damaged; the message contains the command that fixes it.
    /// </exception>
    /// <exception cref="UnknownModelException">There is no such model for the task.</exception>
    public InstalledModel Resolve(ModelTask task, string idOrDefault)
    {
        if (IsDefault(idOrDefault))
        {
            var ids = Catalog.Defaults(task);
            return ids.Select(Locate).FirstOrDefault(found => found is not null) is { } first
                ? Verified(first)
                : throw new ModelNotInstalledException(
                    ModelCatalog.Default,
                    $"No default model for {ModelId.TaskName(task)} is installed ({string.Join(", ", ids)})."
                );
        }

        var located = Locate(idOrDefault);
        var entry = located?.Model.Entry ?? Catalog.Find(idOrDefault) ?? throw Unknown(idOrDefault);
        return entry.Task != task
                ? throw new UnknownModelException(
                    $"'{entry.Id}' is a model for {ModelId.TaskName(entry.Task)}, not for {ModelId.TaskName(task)}."
                )
            : located is null
                ? throw new ModelNotInstalledException(entry.Id, $"The model '{entry.Id}' is not installed{Broken(entry.Id)}.")
            : Verified(located);
    }

    /// <summary>The catalogue's models, followed by imported ones that are not in it.</summary>
    public IReadOnlyList<ModelListing> List()
    {
        var defaults = Enum.GetValues<ModelTask>().SelectMany(Catalog.Defaults).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var imported = Roots
            .Where(Directory.Exists)
            .SelectMany(root => Directory.EnumerateDirectories(root).Order(StringComparer.Ordinal))
            .Select(ModelManifest.TryLoad)
            .Select(manifest => manifest?.Entry)
            .OfType<CatalogEntry>()
            .Where(entry => Catalog.Find(entry.Id) is null)
            .DistinctBy(entry => entry.Id, StringComparer.OrdinalIgnoreCase);
        return
        [
            .. Catalog
                .Entries.Concat(imported)
                .Select(entry =>
                    Locate(entry.Id) is { } found
                        ? new ModelListing(found.Model.Entry, found.Model, found.Model.SizeBytes, defaults.Contains(entry.Id))
                        : new ModelListing(entry, null, 0, defaults.Contains(entry.Id))
                ),
        ];
    }

    private static bool IsDefault(string id) => string.Equals(id, ModelCatalog.Default, StringComparison.OrdinalIgnoreCase);

    private static InstalledModel Verified(Located located) =>
        located.Manifest.Damaged(located.Model.Folder) is { } damage
            ? throw new ModelNotInstalledException(
                located.Model.Entry.Id,
                $"The model '{located.Model.Entry.Id}' cannot be used: {damage}."
            )
            : located.Model;

    private Located? Locate(string id) =>
        ModelId.IsValid(id)
            ? Roots
                .Select(root => Inspect(Path.Combine(root, ModelId.Folder(Catalog.Find(id)?.Id ?? id))))
                .FirstOrDefault(found => found is not null)
            : null;

    private Located? Inspect(string folder)
    {
        if (
            ModelManifest.TryLoad(folder) is not { } manifest
            || manifest.Incomplete(folder) is not null
            || (Described(manifest) ?? manifest.Entry) is not { } entry
        )
        {
            return null;
        }

        var model = new InstalledModel(
            entry,
            folder,
            Path.Combine(folder, manifest.Model),
            Path.Combine(folder, manifest.Tokenizer),
            manifest.Revision,
            manifest.Variant
        )
        {
            SizeBytes = manifest.Files.Sum(file => file.Size),
            MadeFrom = Catalog.Origins(entry.Id, manifest.MadeFrom ?? []),
        };
        return new Located(model, manifest);
    }

    /// <summary>
    /// The catalogue's entry of an installed model; for a variant that is not in the catalogue, such as one quantised here, the entry of
    /// the model.
    /// </summary>
    private CatalogEntry? Described(ModelManifest manifest) =>
        Catalog.Find(manifest.Id) is { } entry ? entry.Of(manifest.Variant) ?? entry : null;

    private string Broken(string id)
    {
        foreach (var folder in Roots.Select(root => Path.Combine(root, ModelId.Folder(id))).Where(Directory.Exists))
        {
            var reason = ModelManifest.TryLoad(folder)?.Incomplete(folder) ?? $"{ModelManifest.FileName} is missing or unreadable";
            return $" completely ({reason})";
        }

        return "";
    }

    private sealed record Located(InstalledModel Model, ModelManifest Manifest);
}
