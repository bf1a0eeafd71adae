using System.Text.Json;
using EmbedPlatform.Inference.Tokenization.Models;

namespace EmbedPlatform.Inference.Tokenization.Loading;

internal static class ModelReader
{
    /// <exception cref="TokenizerFormatException">The type is not supported, or its vocabulary is damaged.</exception>
    public static TokenizerModel Read(JsonElement json) =>
        Kind(json) switch
        {
            "WordPiece" => new WordPieceModel(
                Ids(json, "WordPiece"),
                JsonFields.Text(json, "unk_token") ?? "[UNK]",
                JsonFields.Text(json, "continuing_subword_prefix") ?? "##",
                JsonFields.Number(json, "max_input_chars_per_word") ?? 100
            ),
            "Unigram" => Unigram(json),
            "BPE" => Bpe(json),
            var type => throw TokenizerFormatException.Unsupported("model", type),
        };

    // Old files have no type.
    private static string Kind(JsonElement json) =>
        JsonFields.Text(json, "type")
        ?? (
            json.TryGetProperty("merges", out _) ? "BPE"
            : json.TryGetProperty("unk_id", out _) ? "Unigram"
            : "WordPiece"
        );

    private static UnigramModel Unigram(JsonElement json)
    {
        var vocabulary = JsonFields
            .Required(json, "model Unigram", "vocab")
            .EnumerateArray()
            .Select(entry => (entry[0].GetString()!, entry[1].GetDouble()))
            .ToArray();
        return new UnigramModel(vocabulary, JsonFields.Number(json, "unk_id"), JsonFields.Flag(json, "byte_fallback", false));
    }

    private static BpeModel Bpe(JsonElement json)
    {
        if (!JsonFields.IsNull(json, "dropout") && json.GetProperty("dropout").GetDouble() != 0)
        {
            throw new TokenizerFormatException("model BPE: dropout is not supported; it makes ids random.");
        }

        var merges = JsonFields.Required(json, "model BPE", "merges").EnumerateArray().Select(Merge).ToArray();
        return new BpeModel(
            Ids(json, "BPE"),
            merges,
            new BpeSettings(
                JsonFields.Text(json, "unk_token"),
                JsonFields.Flag(json, "fuse_unk", false),
                JsonFields.Flag(json, "byte_fallback", false),
                JsonFields.Flag(json, "ignore_merges", false),
                JsonFields.Text(json, "continuing_subword_prefix") ?? "",
                JsonFields.Text(json, "end_of_word_suffix") ?? ""
            )
        );
    }

    private static (string Left, string Right) Merge(JsonElement merge)
    {
        if (merge.ValueKind == JsonValueKind.Array)
        {
            return (merge[0].GetString()!, merge[1].GetString()!);
        }

        var text = merge.GetString()!;
        var blank = text.IndexOf(' ', StringComparison.Ordinal);
        return blank <= 0
            ? throw new TokenizerFormatException($"model BPE: the merge '{text}' is not a pair.")
            : (text[..blank], text[(blank + 1)..]);
    }

    private static Dictionary<string, int> Ids(JsonElement json, string part)
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var entry in JsonFields.Required(json, $"model {part}", "vocab").EnumerateObject())
        {
            ids[entry.Name] = entry.Value.GetInt32();
        }

        return ids;
    }
}
