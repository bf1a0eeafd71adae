using System.Text.Json;
using EmbedPlatform.Inference.Tokenization;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.Inference.Tests.Tokenization;

/// <summary>The same ids as Hugging Face, on every golden line.</summary>
public sealed class GoldenTests
{
    [Theory]
    [InlineData("tokenizers/bert-uncased", "golden.jsonl")]
    [InlineData("tokenizers/bert-uncased", "golden-pairs.jsonl")]
    [InlineData("tokenizers/xlm-roberta", "golden.jsonl")]
    [InlineData("tokenizers/xlm-roberta", "golden-pairs.jsonl")]
    public void EveryGoldenLine_GivesTheSameIds(string folder, string file)
    {
        var tokenizer = Tokenizer.Load(SharedAssets.Require($"{folder}/tokenizer.json"));
        var lines = File.ReadLines(SharedAssets.Require($"{folder}/{file}"))
            .Select(line => JsonSerializer.Deserialize<JsonElement>(line))
            .ToArray();

        var wrong = lines.Select((line, number) => Difference(tokenizer, line, number + 1)).OfType<string>().ToArray();

        Assert.NotEmpty(lines);
        Assert.True(wrong.Length == 0, $"{wrong.Length} of {lines.Length} lines differ:\n{string.Join('\n', wrong.Take(8))}");
    }

    [Fact]
    public void EveryPairOfMiniRerank_GivesTheSameIds()
    {
        var tokenizer = Tokenizer.Load(SharedAssets.Require("models/mini-rerank/tokenizer.json"));
        using var document = JsonDocument.Parse(File.ReadAllText(SharedAssets.Require("models/mini-rerank/golden-pairs.json")));
        var root = document.RootElement;
        var items =
            root.ValueKind == JsonValueKind.Array
                ? root
                : root.EnumerateObject().First(property => property.Value.ValueKind == JsonValueKind.Array).Value;
        var wrong = 0;
        foreach (var item in items.EnumerateArray())
        {
            var ids = item.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()).ToArray();
            var query = item.GetProperty("q").GetString()!;
            var passage = item.GetProperty("p").GetString()!;
            wrong += tokenizer.EncodePair(query, passage).Ids.SequenceEqual(ids) ? 0 : 1;
        }

        // One tie in the file ("ee","e" against "e","ee") is decided differently by different implementations, as its README says.
        Assert.InRange(wrong, 0, 1);
    }

    private static string? Difference(Tokenizer tokenizer, JsonElement line, int number)
    {
        var text = line.GetProperty("text").GetString()!;
        var encoding = line.TryGetProperty("pair", out var pair) ? tokenizer.EncodePair(text, pair.GetString()!) : tokenizer.Encode(text);
        var ids = Numbers(line.GetProperty("ids"));
        var typesDiffer = line.TryGetProperty("type_ids", out var types) && !Numbers(types).SequenceEqual(encoding.TypeIds);
        return ids.SequenceEqual(encoding.Ids) && !typesDiffer
            ? null
            : $"{number}: {text[..Math.Min(60, text.Length)]} | expected {Around(ids, encoding.Ids)} | got {Around(encoding.Ids, ids)}";
    }

    private static string Around(int[] own, int[] other)
    {
        var at = own.Zip(other).TakeWhile(pair => pair.First == pair.Second).Count();
        return $"@{at}: {string.Join(' ', own.Skip(Math.Max(0, at - 1)).Take(6))}";
    }

    private static int[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(number => number.GetInt32())];
}
