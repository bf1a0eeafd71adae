using System.Text.Json.Nodes;

namespace EmbedPlatform.SearchApi.Tests.Searching;

/// <summary>Documents of random words and metadata: strings, numbers, booleans, arrays, objects, dates, null and none.</summary>
internal static class Corpus
{
    public static readonly string[] Words = [.. Enumerable.Range(0, 40).Select(i => $"word{i}")];
    public static readonly string[] Colours = ["red", "green", "blue", "gr\u00fcn", "a \"b\" \\c'd", "$.x ? (@ == 1)"];
    public static readonly string[] Dates =
    [
        "2024-02-29",
        "2024-03-01T00:30:00+01:00",
        "2024-03-01T12:00",
        "2025-01-01T00:00:00.5Z",
        "2025-02-30",
        "soon",
    ];

    public static CorpusDocument Document(Random random, int number)
    {
        var metadata = new JsonObject();
        Maybe("colour", () => random.Next(4) == 0 ? new JsonArray([.. Some(Colours).Select(c => (JsonNode)c)]) : Pick(Colours));
        Maybe(
            "size",
            () =>
                random.Next(6) switch
                {
                    0 => JsonValue.Create("large"),
                    1 => null,
                    2 => new JsonArray(random.Next(10), random.Next(10) + 0.5),
                    _ => JsonValue.Create(random.Next(10)),
                }
        );
        Maybe("stock", () => JsonValue.Create(random.Next(2) == 0));
        Maybe("when", () => Pick(Dates));
        Maybe("maker", () => new JsonObject { ["name"] = Pick(["Ada", "Bob", "Cleo"]), ["rank"] = random.Next(5) });
        var words = Enumerable.Range(0, random.Next(3, 12)).Select(_ => Words[random.Next(random.Next(1, Words.Length + 1))]);
        return new CorpusDocument($"d{number:D4}", string.Join(' ', words), metadata.Count == 0 && random.Next(2) == 0 ? null : metadata);

        JsonNode Pick(string[] values) => values[random.Next(values.Length)];

        IEnumerable<string> Some(string[] values) => values.Where(_ => random.Next(3) == 0);

        void Maybe(string name, Func<JsonNode?> make)
        {
            if (random.Next(5) > 0)
            {
                metadata[name] = make();
            }
        }
    }
}

/// <summary>A document of the corpus.</summary>
internal sealed record CorpusDocument(string Id, string Text, JsonObject? Metadata);
