using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EmbedPlatform.Inference.Models.Import;

/// <summary>The vocabulary of a BERT model (vocab.txt, a piece a line) as a Hugging Face tokenizer.json.</summary>
internal static class BertTokenizer
{
    private const int LongestWord = 100;

    private static readonly string[] Special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="vocabulary">The text of vocab.txt.</param>
    /// <param name="lowercase">
    /// Whether texts are lower-cased before; null to lower-case if no piece contains an English upper-case letter.
    /// </param>
    /// <exception cref="InvalidDataException">A special token is missing, or a piece occurs twice.</exception>
    public static string Convert(string vocabulary, bool? lowercase = null)
    {
        var ids = Ids(vocabulary);
        var missing = Special.Where(token => token != "[MASK]" && !ids.ContainsKey(token)).ToArray();
        if (missing.Length > 0)
        {
            throw new InvalidDataException($"vocab.txt has no {string.Join(", no ", missing)}: it is not the vocabulary of a BERT model.");
        }

        var pieces = new JsonObject();
        foreach (var (piece, id) in ids)
        {
            pieces[piece] = id;
        }

        return new JsonObject
        {
            ["version"] = "1.0",
            ["truncation"] = null,
            ["padding"] = null,
            ["added_tokens"] = new JsonArray([
                .. Special.Where(ids.ContainsKey).OrderBy(token => ids[token]).Select(token => Added(token, ids[token])),
            ]),
            ["normalizer"] = new JsonObject
            {
                ["type"] = "BertNormalizer",
                ["clean_text"] = true,
                ["handle_chinese_chars"] = true,
                ["strip_accents"] = null,
                ["lowercase"] = lowercase ?? !ids.Keys.Any(HasUpperCase),
            },
            ["pre_tokenizer"] = new JsonObject { ["type"] = "BertPreTokenizer" },
            ["post_processor"] = Template(ids),
            ["decoder"] = new JsonObject
            {
                ["type"] = "WordPiece",
                ["prefix"] = "##",
                ["cleanup"] = true,
            },
            ["model"] = new JsonObject
            {
                ["type"] = "WordPiece",
                ["unk_token"] = "[UNK]",
                ["continuing_subword_prefix"] = "##",
                ["max_input_chars_per_word"] = LongestWord,
                ["vocab"] = pieces,
            },
        }.ToJsonString(Json);
    }

    private static Dictionary<string, int> Ids(string vocabulary)
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        using var reader = new StringReader(vocabulary);
        while (reader.ReadLine() is { } piece)
        {
            if (!ids.TryAdd(piece, ids.Count))
            {
                throw new InvalidDataException($"vocab.txt contains '{piece}' twice: on lines {ids[piece] + 1} and {ids.Count + 1}.");
            }
        }

        return ids;
    }

    // Special tokens such as [CLS] are in every vocabulary, and signs such as ℝ have no lower case.
    private static bool HasUpperCase(string piece) => piece is not ['[', .., ']'] && piece.Any(char.IsAsciiLetterUpper);

    private static JsonObject Added(string token, int id) =>
        new()
        {
            ["id"] = id,
            ["content"] = token,
            ["single_word"] = false,
            ["lstrip"] = false,
            ["rstrip"] = false,
            ["normalized"] = false,
            ["special"] = true,
        };

    private static JsonObject Template(Dictionary<string, int> ids) =>
        new()
        {
            ["type"] = "TemplateProcessing",
            ["single"] = new JsonArray(Marker("[CLS]", 0), Text("A", 0), Marker("[SEP]", 0)),
            ["pair"] = new JsonArray(Marker("[CLS]", 0), Text("A", 0), Marker("[SEP]", 0), Text("B", 1), Marker("[SEP]", 1)),
            ["special_tokens"] = new JsonObject { ["[CLS]"] = Marked("[CLS]", ids), ["[SEP]"] = Marked("[SEP]", ids) },
        };

    private static JsonObject Marker(string token, int type) =>
        new()
        {
            ["SpecialToken"] = new JsonObject { ["id"] = token, ["type_id"] = type },
        };

    private static JsonObject Text(string text, int type) =>
        new()
        {
            ["Sequence"] = new JsonObject { ["id"] = text, ["type_id"] = type },
        };

    private static JsonObject Marked(string token, Dictionary<string, int> ids) =>
        new()
        {
            ["id"] = token,
            ["ids"] = new JsonArray(ids[token]),
            ["tokens"] = new JsonArray(token),
        };
}
