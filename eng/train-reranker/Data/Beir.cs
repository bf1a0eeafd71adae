using System.Text.Json;

namespace EmbedPlatform.TrainReranker.Data;

/// <summary>A document of a collection; its passage is what SearchApi gives a reranker of a document's beginning.</summary>
internal sealed record BeirDocument(string Id, string Title, string Text)
{
    private const int PassageLength = 1_000;

    /// <summary>The title and the beginning.</summary>
    public string Passage => $"{Title}\n{Text[..Math.Min(Text.Length, PassageLength)]}";
}

/// <summary>A collection in the form of the BEIR benchmark.</summary>
internal static class Beir
{
    public static List<BeirDocument> Corpus(string folder) =>
        [
            .. Lines(folder, "corpus.jsonl")
                .Select(line => new BeirDocument(
                    line.GetProperty("_id").GetString()!,
                    line.GetProperty("title").GetString()!,
                    line.GetProperty("text").GetString()!
                )),
        ];

    public static Dictionary<string, Dictionary<string, int>> Judgements(string folder, string split) =>
        File.ReadLines(Path.Combine(folder, "qrels", $"{split}.tsv"))
            .Skip(1)
            .Select(line => line.Split('\t'))
            .GroupBy(parts => parts[0])
            .ToDictionary(group => group.Key, group => group.ToDictionary(parts => parts[1], parts => int.Parse(parts[2])));

    public static List<(string Id, string Text)> Queries(string folder, IReadOnlyCollection<string> ids) =>
        [
            .. Lines(folder, "queries.jsonl")
                .Select(line => (line.GetProperty("_id").GetString()!, line.GetProperty("text").GetString()!))
                .Where(query => ids.Contains(query.Item1)),
        ];

    private static IEnumerable<JsonElement> Lines(string folder, string name) =>
        File.ReadLines(Path.Combine(folder, name)).Where(line => line.Length > 0).Select(line => JsonDocument.Parse(line).RootElement);
}
