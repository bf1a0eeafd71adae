using System.Text.Json;

namespace EmbedPlatform.Inference.Models;

/// <summary>The models the platform knows, and which of them it takes when nobody chooses (models/catalog.json).</summary>
public sealed class ModelCatalog
{
    /// <summary>The name of the file.</summary>
    public const string FileName = "catalog.json";

    /// <summary>The word that stands for the defaults of a task.</summary>
    public const string Default = "default";

    private readonly IReadOnlyDictionary<ModelTask, IReadOnlyList<string>> _defaults;
    private readonly Dictionary<string, CatalogEntry> _byId;

    /// <summary>A catalogue of entries.</summary>
    /// <param name="entries">The models; ids are unique.</param>
    /// <param name="defaults">For each task the ids of its defaults, the preferred first.</param>
    /// <exception cref="InvalidDataException">An id stands twice, a default is no entry of its task, or a number makes no sense.</exception>
    public ModelCatalog(IReadOnlyList<CatalogEntry> entries, IReadOnlyDictionary<ModelTask, IReadOnlyList<string>> defaults)
    {
        Entries = entries;
        _defaults = defaults;
        _byId = new Dictionary<string, CatalogEntry>(StringComparer.OrdinalIgnoreCase);
        foreach (var entry in entries)
        {
            if (!ModelId.IsValid(entry.Id) || entry.Dimension < 1 || entry.MaxTokens < 1)
            {
                throw new InvalidDataException($"The catalogue's entry '{entry.Id}' has no usable id, dimension or token limit.");
            }

            if (!_byId.TryAdd(entry.Id, entry))
            {
                throw new InvalidDataException($"The catalogue has '{entry.Id}' twice.");
            }
        }

        foreach (var (task, ids) in defaults)
        {
            if (ids.FirstOrDefault(id => Find(id)?.Task != task) is { } wrong)
            {
                throw new InvalidDataException($"The catalogue's default '{wrong}' for {ModelId.Word(task)} is no entry of that task.");
            }
        }
    }

    /// <summary>All entries, in the file's order.</summary>
    public IReadOnlyList<CatalogEntry> Entries { get; }

    /// <summary>Reads a catalogue.</summary>
    /// <exception cref="InvalidDataException">The file is not a catalogue; the message says where.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static ModelCatalog Load(string path)
    {
        try
        {
            var file = JsonSerializer.Deserialize<CatalogFile>(File.ReadAllBytes(path), ModelJson.Options)
                ?? throw new InvalidDataException("It is empty.");
            return new ModelCatalog(file.Models, file.Defaults);
        }
        catch (Exception problem) when (problem is JsonException or InvalidDataException)
        {
            throw new InvalidDataException($"{path} is not a model catalogue: {problem.Message}", problem);
        }
    }

    /// <summary>The entry with an id, or null.</summary>
    public CatalogEntry? Find(string id) => _byId.GetValueOrDefault(id);

    /// <summary>The ids of a task's defaults, the preferred first.</summary>
    public IReadOnlyList<string> Defaults(ModelTask task) => _defaults.GetValueOrDefault(task) ?? [];

    private sealed record CatalogFile(IReadOnlyDictionary<ModelTask, IReadOnlyList<string>> Defaults, IReadOnlyList<CatalogEntry> Models);
}
