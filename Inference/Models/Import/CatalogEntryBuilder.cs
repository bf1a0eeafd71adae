using System.Text.Json;
using EmbedPlatform.Inference.Onnx;

namespace EmbedPlatform.Inference.Models.Import;

/// <summary>
/// Builds the entry of a model that is not in the catalogue from the files that Hugging Face and sentence-transformers keep beside the
/// weights.
/// </summary>
/// <param name="folder">The folder.</param>
/// <param name="signature">The inputs and outputs of the graph.</param>
/// <param name="path">The ONNX file.</param>
/// <param name="options">Settings that override the files.</param>
internal sealed class CatalogEntryBuilder(string folder, OnnxSignature signature, string path, ImportOptions options)
{
    // Without a position table to count, or with a very long one: as many tokens as any transformer takes, and as samples need.
    private const long ShortestTable = 64;
    private const long LongestSample = 514;

    /// <summary>
    /// The minimum to run a model whose files are incomplete, for instance only a graph and a tokenizer: enough to compare two forms of
    /// it, not to serve it.
    /// </summary>
    /// <param name="id">The id to use.</param>
    /// <param name="signature">The inputs and outputs of the graph.</param>
    /// <param name="path">The ONNX file; its weights are not read.</param>
    /// <exception cref="ModelImportException">The graph outputs neither a logit nor vectors of a known width.</exception>
    public static CatalogEntry Guess(string id, OnnxSignature signature, string path)
    {
        var rerank = signature.Outputs.Any(output => output.Name is "logits" or "scores");
        var positions = Positions(path) ?? ShortestTable;
        return new CatalogEntry
        {
            Id = id,
            Task = rerank ? ModelTask.Rerank : ModelTask.Embed,
            Family = signature.Inputs.Any(input => input.Name == "token_type_ids") ? "bert" : "xlm-roberta",
            Dimension = rerank
                ? 1
                : Width(signature) ?? throw new ModelImportException($"The graph of {id} does not output vectors of a known width."),
            MaxTokens = (int)Math.Min(positions, LongestSample) - 2,
            Pooling = rerank || EncoderGraph.Pools(signature) ? Pooling.None : Pooling.Mean,
            Normalize = !rerank,
            Outputs = [rerank ? "score" : "dense"],
        };
    }

    /// <summary>The entry, from the files and the options.</summary>
    /// <param name="id">The model's id.</param>
    /// <param name="missing">Receives descriptions of missing settings; the entry is usable only if it stays empty.</param>
    /// <exception cref="ModelImportException">The settings do not fit the graph.</exception>
    public CatalogEntry Describe(string id, List<string> missing)
    {
        var config = Json(folder, "config.json");
        var logits = signature.Outputs.FirstOrDefault(output => output.Name is "logits" or "scores");
        if (logits is { Shape: [.., { Size: > 1 }] })
        {
            throw new ModelImportException($"{folder} contains a classifier with {logits.Shape[^1].Size} classes; a reranker has one.");
        }

        var rerank = logits is not null;
        var prompts =
            Json(folder, "config_sentence_transformers.json") is { } sentence && sentence.TryGetProperty("prompts", out var given)
                ? given
                : (JsonElement?)null;
        return Change(
            new CatalogEntry
            {
                Id = id,
                Task = rerank ? ModelTask.Rerank : ModelTask.Embed,
                Family = Text(config, "model_type") ?? (File.Exists(Path.Combine(folder, "vocab.txt")) ? "bert" : "unknown"),
                Variant = "fp32",
                Dimension = rerank
                    ? 1
                    : Width(signature)
                        ?? Number(config, "hidden_size")
                        ?? Missing(missing, 1, "the dimension (hidden_size in config.json)"),
                MaxTokens = MaxTokens(folder, config, options, missing),
                Pooling = PoolsItself ? Pooling.None : PoolingOf(folder, options, missing),
                Normalize = !rerank,
                QueryPrefix = Text(prompts, "query") ?? "",
                DocumentPrefix = Text(prompts, "document") ?? Text(prompts, "passage") ?? "",
                Outputs = rerank ? ["score"] : EncoderGraph.Offered(signature),
                Licence = "as its publisher states",
            }
        );
    }

    /// <summary>The settings missing for a model whose graph is absent; most graphs need all of them.</summary>
    public static void AddMissing(string folder, ImportOptions options, List<string> missing)
    {
        MaxTokens(folder, Json(folder, "config.json"), options, missing);
        PoolingOf(folder, options, missing);
    }

    /// <summary>An entry with the settings of the options.</summary>
    /// <exception cref="ModelImportException">The settings do not fit the graph.</exception>
    public CatalogEntry Change(CatalogEntry entry)
    {
        if (options.Pooling is { } pooling && pooling != Pooling.None == PoolsItself)
        {
            throw new ModelImportException(
                PoolsItself
                    ? $"{Path.GetFileName(path)} pools inside the graph or outputs scores: its pooling must be none, "
                        + $"not {pooling.ToString().ToLowerInvariant()}."
                    : $"{Path.GetFileName(path)} outputs token vectors: its pooling must be cls, mean or last, not none."
            );
        }

        if (options.MaxTokens is { } tokens && Positions(path) is { } positions && tokens > positions)
        {
            throw new ModelImportException($"{Path.GetFileName(path)} has positions for {positions} tokens, not for {tokens}.");
        }

        if (entry.Task == ModelTask.Rerank && (options.QueryPrefix ?? options.DocumentPrefix) is not null)
        {
            throw new ModelImportException($"{Path.GetFileName(path)} is a reranker, which takes no prefixes.");
        }

        return entry with
        {
            Pooling = options.Pooling ?? entry.Pooling,
            MaxTokens = options.MaxTokens ?? entry.MaxTokens,
            QueryPrefix = options.QueryPrefix ?? entry.QueryPrefix,
            DocumentPrefix = options.DocumentPrefix ?? entry.DocumentPrefix,
        };
    }

    /// <summary>Whether the tokenizer lower-cases; null if its files do not say.</summary>
    public static bool? LowerCases(string folder) =>
        Json(folder, "tokenizer_config.json") is { ValueKind: JsonValueKind.Object } config
        && config.TryGetProperty("do_lower_case", out var value)
        && value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : null;

    public static ModelImportException Lacking(string folder, IReadOnlyList<string> missing) =>
        new($"{folder} lacks {string.Join("; ", missing)}.");

    private bool PoolsItself => signature.Outputs.Any(output => output.Name is "logits" or "scores") || EncoderGraph.Pools(signature);

    private static T Missing<T>(List<string> missing, T instead, string what)
    {
        missing.Add(what);
        return instead;
    }

    private static long? Positions(string path)
    {
        using var file = new MappedFile(path);
        return OnnxReader
            .Read(file.Memory)
            .Initializers.FirstOrDefault(tensor => tensor.Name.Contains("position_embeddings", StringComparison.Ordinal))
            ?.Shape[0];
    }

    private static int? Width(OnnxSignature signature) =>
        signature.Outputs.Select(output => output.Shape is [.., { Size: { } size }] ? (int?)size : null).FirstOrDefault(size => size > 1);

    private static int MaxTokens(string folder, JsonElement? config, ImportOptions options, List<string> missing)
    {
        if (options.MaxTokens is { } said)
        {
            return said;
        }

        var positions = Number(config, "max_position_embeddings");

        // RoBERTa counts positions from the padding id on: two of them are never used.
        positions -= Text(config, "model_type") is "roberta" or "xlm-roberta" or "camembert" or "mpnet" ? 2 : 0;
        var stated = new[]
        {
            Number(Json(folder, "sentence_bert_config.json"), "max_seq_length"),
            Number(Json(folder, "tokenizer_config.json"), "model_max_length"),
            positions,
        }
            .Where(number => number > 0)
            .ToArray();
        return stated.Length > 0
            ? stated.Min()!.Value
            : Missing(
                missing,
                1,
                "the most tokens of a text (max_position_embeddings in config.json, "
                    + "model_max_length in tokenizer_config.json, or --max-tokens)"
            );
    }

    private static Pooling PoolingOf(string folder, ImportOptions options, List<string> missing) =>
        options.Pooling
        ?? (
            Json(Path.Combine(folder, "1_Pooling"), "config.json") is not { } pooling
                ? Missing(
                    missing,
                    Pooling.Mean,
                    "the pooling (pooling_mode_cls_token or pooling_mode_mean_tokens in 1_Pooling/config.json, or --pooling)"
                )
                : Stated(folder, pooling)
        );

    private static Pooling Stated(string folder, JsonElement pooling) =>
        True(pooling, "pooling_mode_cls_token") ? Pooling.Cls
        : True(pooling, "pooling_mode_mean_tokens") ? Pooling.Mean
        : True(pooling, "pooling_mode_lasttoken") ? Pooling.Last
        : throw new ModelImportException($"{folder} uses a pooling other than the first token, the last or the mean.");

    private static JsonElement? Json(string folder, string file)
    {
        var path = Path.Combine(folder, file);
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<JsonElement>(File.ReadAllBytes(path)) : null;
        }
        catch (JsonException problem)
        {
            throw new ModelImportException($"{path} is not JSON: {problem.Message}", problem);
        }
    }

    private static bool True(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    private static string? Text(JsonElement? json, string name) =>
        json is { ValueKind: JsonValueKind.Object } found
        && found.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    // Publishers write "no limit" as 1e30, which does not fit into an Int32.
    private static int? Number(JsonElement? json, string name) =>
        json is { ValueKind: JsonValueKind.Object } found
        && found.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.Number
        && value.TryGetInt32(out var number)
            ? number
            : null;
}
