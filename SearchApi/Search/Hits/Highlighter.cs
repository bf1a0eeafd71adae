using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Search.Lexical;
using EmbedPlatform.SearchApi.Storage;
using Npgsql;

namespace EmbedPlatform.SearchApi.Search.Hits;

/// <summary>Highlights the query's words in titles and chunks, stemmed in the collection's language.</summary>
internal sealed class Highlighter(NpgsqlDataSource database)
{
    // Private-use code points do not occur in texts, so the markers are unambiguous.
    private const char Open = '\uE000';
    private const char Close = '\uE001';
    private const string Separator = "\uE002";

    private const string Mark = """
        SELECT ts_headline($3::text::regconfig, title, $4::text::tsquery, $5), ts_headline($3::text::regconfig, body, $4::text::tsquery, $6)
        FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS u(title, body, n) ORDER BY n
        """;

    private static readonly string Whole = $"HighlightAll=true, StartSel={Open}, StopSel={Close}";
    private static readonly string Fragments =
        $"MaxFragments=3, MaxWords=30, MinWords=10, StartSel={Open}, StopSel={Close}, FragmentDelimiter={Separator}";

    /// <summary>The highlights of the hits, in order; a field without a match is absent.</summary>
    public async Task<IReadOnlyList<IReadOnlyDictionary<string, IReadOnlyList<string>>>> MarkAsync(
        CollectionRecord collection,
        LexicalQuery query,
        IReadOnlyList<HitContent> hits,
        CancellationToken cancellationToken
    )
    {
        var none = new Dictionary<string, IReadOnlyList<string>>();
        if (query.Terms.Length == 0 || hits.Count == 0)
        {
            return [.. hits.Select(_ => none)];
        }

        await using var command = database.Command(
            Mark,
            hits.Select(hit => Clean(hit.Title ?? string.Empty)).ToArray(),
            hits.Select(hit => Clean(hit.Text)).ToArray(),
            collection.Language,
            query.ToTsQuery(),
            Whole,
            Fragments
        );
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var marked = new List<IReadOnlyDictionary<string, IReadOnlyList<string>>>(hits.Count);
        while (await reader.ReadAsync(cancellationToken))
        {
            var fields = new Dictionary<string, IReadOnlyList<string>>();
            foreach (var (name, text) in new[] { ("title", reader.GetString(0)), ("text", reader.GetString(1)) })
            {
                var parts = text.Split(Separator).Where(part => part.Contains(Open)).Select(Render).ToList();
                if (parts.Count > 0)
                {
                    fields[name] = parts;
                }
            }

            marked.Add(fields);
        }

        return marked;
    }

    private static string Clean(string text) =>
        text.AsSpan().IndexOfAny(Open, Close, Separator[0]) < 0
            ? text
            : string.Concat(text.Where(c => c is not (Open or Close or '\uE002')));

    private static string Render(string part) =>
        part.Trim().Replace(Open.ToString(), "<em>", StringComparison.Ordinal).Replace(Close.ToString(), "</em>", StringComparison.Ordinal);
}
