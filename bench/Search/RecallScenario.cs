using EmbedPlatform.Bench.Measurement;
using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Search.Dense;
using EmbedPlatform.SearchApi.Storage;
using Npgsql;

namespace EmbedPlatform.Bench.Search;

/// <summary>
/// Recall of the ten nearest documents by a dense search at default options, against this program's own scan of every vector. A found
/// document as near as the tenth counts: many descriptions are equal. Also with filters; counts short pages.
/// </summary>
internal sealed class RecallScenario(SearchTarget target, Report report)
{
    private const int Depth = 10;
    private const int Large = 1000;

    // Half-precision vectors give equal texts equal distances; smaller differences come from the order of summation.
    private const double Tie = 1e-6;
    private const string Sections = """
        SELECT metadata ->> 'section', count(*) FROM document
        WHERE collection_id = $1 AND metadata ->> 'section' IS NOT NULL GROUP BY 1 ORDER BY 2, 1
        """;

    private readonly string _similarity = DenseSearch.Similarity(target.Collection.Space, "$1");

    public async Task RunAsync()
    {
        report.Progress("recall against a scan of every vector");
        var questions = await target.Questions.NewAsync(target.Settings.Recall);
        var all = await CountAsync();
        await MeasureAsync("recall@10", questions, null, all);
        var sections = await SectionsAsync();
        if (sections.Count == 0)
        {
            report.Fact("with filters", "the documents have no section to filter by");
            return;
        }

        var hundredth = sections.MinBy(section => Math.Abs(section.Count - (all / 100.0)));
        await MeasureAsync($"recall@10, {Share(hundredth.Count, all)} of the documents", questions, [hundredth.Name], hundredth.Count);
        var wide = sections.AsEnumerable().Reverse().Take(3).ToList();
        var count = wide.Sum(section => section.Count);
        await MeasureAsync($"recall@10, {Share(count, all)} of the documents", questions, [.. wide.Select(section => section.Name)], count);
    }

    private async Task MeasureAsync(string name, string[] questions, string[]? sections, long matching)
    {
        var (found, wanted, shortPages) = (0, 0, 0);
        foreach (var question in questions)
        {
            var scores = await ExactAsync(await target.VectorAsync(question), sections);
            var answer = await SearchAsync(question, sections, Depth);
            shortPages += answer.Results.Count < Math.Min(Depth, matching) ? 1 : 0;
            wanted += scores.Count;
            found += Math.Min(scores.Count, answer.Results.Count(hit => hit.Score >= scores[^1] - Tie));
        }

        foreach (var question in questions.Take(20))
        {
            shortPages += (await SearchAsync(question, sections, Large)).Results.Count < Math.Min(Large, matching) ? 1 : 0;
        }

        report.Target(name, (double)found / wanted, "", 0.98, atLeast: true);
        report.Target($"{name}: short pages", shortPages, "", 0);
    }

    private async Task<SearchResponse> SearchAsync(string question, string[]? sections, int limit) =>
        await target.Search.SearchAsync(
            target.Settings.Collection,
            new SearchRequest
            {
                Query = question,
                Mode = SearchMode.Dense,
                Limit = limit,
                Fields = ["title"],
                Filter = sections is null
                    ? null
                    : new SearchFilter
                    {
                        Field = "section",
                        In = [.. sections.Select(section => System.Text.Json.JsonSerializer.SerializeToElement(section))],
                    },
            }
        );

    /// <summary>The similarities of the nearest documents, best first. Ordering by an expression forces a scan without index.</summary>
    private async Task<List<double>> ExactAsync(float[] vector, string[]? sections)
    {
        var inside = sections is null ? "" : " JOIN document d ON d.id = e.document_id WHERE d.metadata ->> 'section' = ANY($3)";
        var sql =
            $"SELECT max({_similarity}) AS score FROM {target.Collection.Space.Table} e{inside} "
            + "GROUP BY e.document_id ORDER BY 1 DESC LIMIT $2";
        await using var command = sections is null
            ? target.Database.Command(sql, vector, Depth)
            : target.Database.Command(sql, vector, Depth, sections);
        await using var reader = await command.ExecuteReaderAsync();
        var scores = new List<double>(Depth);
        while (await reader.ReadAsync())
        {
            scores.Add(reader.GetDouble(0));
        }

        return scores;
    }

    private async Task<List<(string Name, long Count)>> SectionsAsync()
    {
        await using var command = target.Database.Command(Sections, target.Collection.Id);
        await using var reader = await command.ExecuteReaderAsync();
        var sections = new List<(string, long)>();
        while (await reader.ReadAsync())
        {
            sections.Add((reader.GetString(0), reader.GetInt64(1)));
        }

        return sections;
    }

    private async Task<long> CountAsync()
    {
        await using var command = target.Database.Command("SELECT count(*) FROM document WHERE collection_id = $1", target.Collection.Id);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private static string Share(long part, long all) => FormattableString.Invariant($"{100.0 * part / all:0.#} %");
}
