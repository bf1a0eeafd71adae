using System.Text.Json;
using System.Text.Json.Nodes;

namespace EmbedPlatform.Inference.Models.Import;

/// <summary>
/// USE-lite's vocabulary as a Hugging Face tokenizer.json: a unigram model (arxiv.org/abs/1804.10959) without special tokens. Pieces that
/// never occur in text (markers, and two of a piece that stands three times) get a score that keeps them from matching.
/// </summary>
internal static class UseLiteTokenizer
{
    private const int Markers = 6;
    private const double Never = -1000;

    /// <param name="vocabulary">vocab.json: pairs of a piece and its score; null counts as 0.</param>
    /// <exception cref="InvalidDataException">The file is not such a list.</exception>
    public static string Convert(string vocabulary)
    {
        var pieces = JsonSerializer.Deserialize<JsonElement[][]>(vocabulary) ?? throw new InvalidDataException("vocab.json is empty.");
        var last = new Dictionary<string, int>();
        for (var id = 0; id < pieces.Length; id++)
        {
            if (pieces[id] is not [{ ValueKind: JsonValueKind.String }, _])
            {
                throw new InvalidDataException($"Entry {id} of vocab.json is not a piece with a score.");
            }

            last[pieces[id][0].GetString()!] = id;
        }

        var entries = new JsonArray();
        for (var id = 0; id < pieces.Length; id++)
        {
            var piece = pieces[id][0].GetString()!;
            var shadowed = last[piece] != id;
            var score =
                shadowed || (id is > 0 and < Markers) ? Never
                : pieces[id][1].ValueKind == JsonValueKind.Null ? 0.0
                : pieces[id][1].GetDouble();

            // A blank never reaches the model: the normalizer turns it into U+2581.
            entries.Add(new JsonArray(shadowed ? $"{piece} {id}" : piece, score));
        }

        return new JsonObject
        {
            ["version"] = "1.0",
            ["truncation"] = null,
            ["padding"] = null,
            ["added_tokens"] = new JsonArray(),
            ["normalizer"] = new JsonObject
            {
                ["type"] = "Sequence",
                ["normalizers"] = new JsonArray(
                    new JsonObject { ["type"] = "NFKC" },
                    new JsonObject { ["type"] = "Prepend", ["prepend"] = "▁" },
                    new JsonObject
                    {
                        ["type"] = "Replace",
                        ["pattern"] = new JsonObject { ["String"] = " " },
                        ["content"] = "▁",
                    }
                ),
            },
            ["pre_tokenizer"] = null,
            ["post_processor"] = null,
            ["decoder"] = new JsonObject
            {
                ["type"] = "Metaspace",
                ["replacement"] = "▁",
                ["prepend_scheme"] = "always",
                ["split"] = false,
            },
            ["model"] = new JsonObject
            {
                ["type"] = "Unigram",
                ["unk_id"] = 0,
                ["vocab"] = entries,
                ["byte_fallback"] = false,
            },
        }.ToJsonString(new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }
}
