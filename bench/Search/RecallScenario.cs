using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Search.Dense;
using EmbedPlatform.SearchApi.Storage;
using Npgsql;

namespace EmbedPlatform.Bench.Search;

/// <summary>
/// What share of the ten nearest documents a dense search at default options finds, against a scan of every vector that this program writes itself. A found
/// document as near as the tenth counts: many descriptions are equal. With filters too, and whether a page is ever short.
/// </summary>
internal sealed class RecallScenario(Subject subject, Report report)
{
    private const int Depth = 10;
    private const int Large = 1000;

    // Half-precision vectors give equal texts equal distances; what differs below this is the order of a sum.
    private const double Tie = 1e-6;
    private const string Sections = """
        SELECT metadata ->> 'section', count(*) FROM document WHERE collection_id = $1 AND metadata ->> 'section' IS NOT NULL GROUP BY 1 ORDER BY 2, 1
        """;

    private readonly string _similarity = DenseSearch.Similarity(subject.Collection.Space, "$1");

    public async Task RunAsync()
    {
        Report.Say("recall against a scan of every vector");
        var questions = await subject.Questions.NewAsync(subject.Settings.Recall);
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
            var scores = await ExactAsync(await subject.VectorAsync(question), sections);
            var answer = await AskAsync(question, sections, Depth);
            shortPages += answer.Results.Count < Math.Min(Depth, matching) ? 1 : 0;
            wanted += scores.Count;
            found += Math.Min(scores.Count, answer.Results.Count(hit => hit.Score >= scores[^1] - Tie));
        }

        foreach (var question in questions.Take(20))
        {
            shortPages += (await AskAsync(question, sections, Large)).Results.Count < Math.Min(Large, matching) ? 1 : 0;
        }

        report.Aim(name, (double)found / wanted, "", 0.98, atLeast: true);
        report.Aim($"{name}: short pages", shortPages, "", 0);
    }

    private async Task<SearchResponse> AskAsync(string question, string[]? sections, int limit) =>
        await subject.Search.SearchAsync(
            subject.Settings.Collection,
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

    /// <summary>The similarities of the nearest documents, nearest first, from a scan that no index can answer: it orders by an expression.</summary>
    private async Task<List<double>> ExactAsync(float[] vector, string[]? sections)
    {
        var inside = sections is null ? "" : " JOIN document d ON d.id = e.document_id WHERE d.metadata ->> 'section' = ANY($3)";
        var sql =
            $"SELECT max({_similarity}) AS score FROM {subject.Collection.Space.Table} e{inside} GROUP BY e.document_id ORDER BY 1 DESC LIMIT $2";
        await using var command = sections is null
            ? subject.Database.Command(sql, vector, Depth)
            : subject.Database.Command(sql, vector, Depth, sections);
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
        await using var command = subject.Database.Command(Sections, subject.Collection.Id);
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
        await using var command = subject.Database.Command("SELECT count(*) FROM document WHERE collection_id = $1", subject.Collection.Id);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private static string Share(long part, long all) => FormattableString.Invariant($"{100.0 * part / all:0.#} %");
}
