using System.Text.Json;
using EmbedPlatform.Client.Search;

namespace EmbedPlatform.TrainReranker.Data;

/// <summary>A document that hybrid search found.</summary>
internal sealed record Found(string Id, double Score, double? Lexical, double? Dense);

/// <summary>What hybrid search found for a query, best first.</summary>
internal sealed record Candidates(string Query, string Text, IReadOnlyList<Found> Documents)
{
    /// <summary>Searches a running platform without reranking.</summary>
    public static async Task FetchAsync(
        Uri search,
        string collection,
        IReadOnlyList<(string Id, string Text)> queries,
        string path,
        CancellationToken cancellationToken
    )
    {
        var client = new SearchClient(search);
        await using var file = new StreamWriter(path);
        var done = 0;
        foreach (var (id, text) in queries)
        {
            var answer = await client.SearchAsync(
                collection,
                new SearchRequest
                {
                    Query = text,
                    Limit = 1_000,
                    Fill = false,
                    Rerank = RerankMode.Never,
                    Fields = [],
                    Cache = false,
                },
                cancellationToken
            );
            if (answer.Metadata.Degraded.Count > 0)
            {
                throw new InvalidOperationException($"query {id}: {string.Join("; ", answer.Metadata.Degraded)}");
            }

            var found = answer.Results.Select(hit => new Found(hit.Id, hit.Score, hit.Explain.Lexical?.Score, hit.Explain.Dense?.Score));
            await file.WriteLineAsync(JsonSerializer.Serialize(new Candidates(id, text, [.. found])));
            if (++done % 100 == 0)
            {
                Console.WriteLine($"  {done} of {queries.Count} queries");
            }
        }
    }

    /// <summary>Reads what was fetched.</summary>
    public static List<Candidates> Read(string path) =>
        [.. File.ReadLines(path).Select(line => JsonSerializer.Deserialize<Candidates>(line)!)];
}
