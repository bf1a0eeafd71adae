using System.Text.Json;
using EmbedPlatform.Inference.Execution.Running;
using EmbedPlatform.Inference.Onnx;

namespace EmbedPlatform.Inference.Models.Import;

/// <summary>Describes a model the catalogue does not know from the files that Hugging Face and sentence-transformers keep beside the weights.</summary>
internal static class EntryFromFiles
{
    // Without a position table to count, or with a very long one: as many tokens as any transformer takes, and as samples need.
    private const long ShortestTable = 64;
    private const long LongestSample = 514;

    /// <summary>
    /// What is needed to run a model whose files do not say all of it, as when only the graph and the tokenizer are there: enough to compare two forms of
    /// it, not to use it.
    /// </summary>
    /// <param name="id">What to call it.</param>
    /// <param name="signature">What the graph takes and gives.</param>
    /// <param name="path">The ONNX file, of which the weights are not read.</param>
    /// <exception cref="ModelImportException">The graph gives neither a logit nor vectors of a known width.</exception>
    public static CatalogEntry Guess(string id, OnnxSignature signature, string path)
    {
        using var file = new MappedFile(path);
        var rerank = signature.Outputs.Any(output => output.Name is "logits" or "scores");
        var positions = OnnxReader.Read(file.Memory).Initializers.FirstOrDefault(tensor => tensor.Name.Contains("position_embeddings", StringComparison.Ordinal))?.Shape[0] ?? ShortestTable;
        return new CatalogEntry
        {
            Id = id,
            Task = rerank ? ModelTask.Rerank : ModelTask.Embed,
            Family = signature.Inputs.Any(input => input.Name == "token_type_ids") ? "bert" : "xlm-roberta",
            Dimension = rerank ? 1 : Width(signature) ?? throw new ModelImportException($"The graph of {id} gives no vectors of a known width."),
            MaxTokens = (int)Math.Min(positions, LongestSample) - 2,
            Pooling = rerank || EncoderGraph.Pools(signature) ? Pooling.None : Pooling.Mean,
            Normalize = !rerank,
            Outputs = [rerank ? "score" : "dense"],
        };
    }

    /// <exception cref="ModelImportException">The files do not say what has to be known.</exception>
    public static CatalogEntry Describe(string folder, string id, OnnxSignature signature)
    {
        var config = Json(folder, "config.json");
        var logits = signature.Outputs.FirstOrDefault(output => output.Name is "logits" or "scores");
        if (logits is { Shape: [.., { Size: > 1 }] })
        {
            throw new ModelImportException($"{folder} holds a classifier with {logits.Shape[^1].Size} classes; a reranker has one.");
        }

        var rerank = logits is not null;
        var dimension = rerank ? 1 : Width(signature)
            ?? Number(config, "hidden_size") ?? throw Missing(folder, "dimension", "hidden_size in config.json");
        var pooled = EncoderGraph.Pools(signature);
        var prompts = Json(folder, "config_sentence_transformers.json") is { } sentence && sentence.TryGetProperty("prompts", out var given) ? given : (JsonElement?)null;
        return new CatalogEntry
        {
            Id = id,
            Task = rerank ? ModelTask.Rerank : ModelTask.Embed,
            Family = Text(config, "model_type") ?? "unknown",
            Variant = "fp32",
            Dimension = dimension,
            MaxTokens = MaxTokens(folder, config),
            Pooling = rerank || pooled ? Pooling.None : PoolingOf(folder),
            Normalize = !rerank,
            QueryPrefix = Text(prompts, "query") ?? "",
            DocumentPrefix = Text(prompts, "document") ?? Text(prompts, "passage") ?? "",
            Outputs = rerank ? ["score"] : EncoderGraph.Offered(signature),
            Licence = "as its publisher states",
        };
    }

    private static int? Width(OnnxSignature signature) =>
        signature.Outputs.Select(output => output.Shape is [.., { Size: { } size }] ? (int?)size : null).FirstOrDefault(size => size > 1);

    private static int MaxTokens(string folder, JsonElement? config)
    {
        var positions = Number(config, "max_position_embeddings");

        // RoBERTa counts positions from the padding id on: two of them are never used.
        positions -= Text(config, "model_type") is "roberta" or "xlm-roberta" or "camembert" or "mpnet" ? 2 : 0;
        var stated = new[] { Number(Json(folder, "sentence_bert_config.json"), "max_seq_length"), Number(Json(folder, "tokenizer_config.json"), "model_max_length"), positions }
            .Where(number => number > 0)
            .ToArray();
        return stated.Length > 0
            ? stated.Min()!.Value
            : throw Missing(folder, "token limit", "max_position_embeddings in config.json or model_max_length in tokenizer_config.json");
    }

    private static Pooling PoolingOf(string folder)
    {
        var pooling = Json(Path.Combine(folder, "1_Pooling"), "config.json")
            ?? throw Missing(folder, "pooling", "pooling_mode_cls_token or pooling_mode_mean_tokens in 1_Pooling/config.json");
        return True(pooling, "pooling_mode_cls_token") ? Pooling.Cls
            : True(pooling, "pooling_mode_mean_tokens") ? Pooling.Mean
            : True(pooling, "pooling_mode_lasttoken") ? Pooling.Last
            : throw new ModelImportException($"{folder} uses a pooling other than the first token, the last or the mean.");
    }

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

    private static bool True(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    private static string? Text(JsonElement? json, string name) =>
        json is { ValueKind: JsonValueKind.Object } found && found.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    // Publishers write "no limit" as 1e30, which is no Int32.
    private static int? Number(JsonElement? json, string name) =>
        json is { ValueKind: JsonValueKind.Object } found && found.TryGetProperty(name, out var value)
            && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : null;

    private static ModelImportException Missing(string folder, string what, string where) =>
        new($"{folder} does not say the model's {what}: {where} is missing.");
}
