using EmbedPlatform.SearchApi.Analysis;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Filters;
using EmbedPlatform.SearchApi.Search.Legs;
using EmbedPlatform.SearchApi.Search.Reads;
using EmbedPlatform.SearchApi.Search.Typing;
using EmbedPlatform.SearchApi.Storage;
using EmbedPlatform.SearchApi.Storage.Distribution;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.SearchApi.Search.Lexical;

/// <summary>
/// BM25 over whole documents (Robertson and Zaragoza 2009, with Lucene's idf that is never negative):
/// sum of ln(1 + (N - df + 0.5) / (df + 0.5)) * tf (k1 + 1) / (tf + k1 (1 - b + b length / average)).
/// </summary>
/// <remarks>
/// Each summand is rounded to a multiple of 2^-32. Sums of such numbers are exact, so that a score does not depend on the order in which
/// a query plan, or the posting lists in memory, add them.
/// </remarks>
internal sealed class LexicalSearch(
    SearchReads reads,
    PostingReader postings,
    CachedPostingQueries memory,
    QueryTyping typing,
    IOptions<SearchOptions> options
)
{
    private const string Score = """
        SELECT p.document_id, sum(round(q.weight * p.tf / (p.tf + $4 * (1 - $5 + $5 * p.length / $6)))) / 4294967296 AS score
        FROM unnest($2::text[], $3::float8[]) AS q(term, weight)
        JOIN posting p ON p.collection_id = $1 AND p.term = q.term

        """;

    private const string Top = Score + "GROUP BY p.document_id ORDER BY score DESC, p.document_id LIMIT $7";

    private const string Leading =
        "WITH partial AS MATERIALIZED ("
        + Score
        + """
            GROUP BY p.document_id), bar AS (SELECT score FROM partial ORDER BY score DESC OFFSET $7 - 1 LIMIT 1)
            SELECT partial.document_id, partial.score FROM partial, bar WHERE bar.score > $8 AND partial.score >= bar.score - $8
            """;

    // The conditions on both arrays make one index lookup per term and document; reading the full posting lists would take longer.
    private const string Among = Score + "WHERE p.term = ANY($2) AND p.document_id = ANY($7) GROUP BY p.document_id";

    private static string TopWithin(FilterNode filter, SqlParameters parameters, string limit) =>
        $"""
            SELECT scored.document_id, scored.score FROM ({Score} GROUP BY p.document_id) scored
            JOIN document d ON d.id = scored.document_id
            WHERE {FilterSql.Write(filter, parameters, "d")} ORDER BY scored.score DESC, scored.document_id LIMIT {limit}
            """;

    /// <summary>Analyzes a query in the collection's language, corrects and completes its words, and weights its terms.</summary>
    public async Task<LexicalQuery> PrepareAsync(CollectionRecord collection, QuerySyntax syntax, CancellationToken cancellationToken)
    {
        var words = collection.Analyzer.AnalyzeQuery(syntax.Plain, keepStopWords: syntax.Prefixes.Count == 0);
        var query = await WeighAsync(collection, words, syntax.Prefixes, cancellationToken);
        if (syntax.Typing.IsOff)
        {
            return query;
        }

        var asTyped = new TypedQuery(syntax.Query, syntax.Operators, words, query.FrequencyByTerm());
        var typed = await typing.ReadAsync(collection, asTyped, syntax.Typing, cancellationToken);
        List<QueryTerm> added = [.. typed.Terms];
        IReadOnlyList<string> prefixes = typed.UnknownPrefix is { } prefix ? [.. syntax.Prefixes, prefix] : syntax.Prefixes;
        if (added.Count > 0 || prefixes != syntax.Prefixes)
        {
            query = await WeighAsync(collection, [.. words, .. added], prefixes, cancellationToken);
        }

        return query with
        {
            Typed = typed,
        };
    }

    /// <summary>Weights the words of a query.</summary>
    public async Task<LexicalQuery> WeighAsync(
        CollectionRecord collection,
        IReadOnlyList<QueryTerm> words,
        IReadOnlyList<string> prefixes,
        CancellationToken cancellationToken
    )
    {
        if (prefixes.Count == 0 && await memory.PrepareAsync(collection, words, cancellationToken) is { } inMemory)
        {
            return inMemory;
        }

        string[] terms = [.. words.SelectMany(word => word.Variants).Select(variant => variant.Term).Distinct(StringComparer.Ordinal)];
        var beginnings = prefixes.Select(collection.Analyzer.AnalyzePrefix).ToList();
        var found = await postings.ReadFrequenciesAsync(collection, terms, beginnings, cancellationToken);
        var expanded = found.Expansions.Select(expansions => new QueryTerm([.. expansions.Select(term => new TermVariant(term, 1))], 1));
        return LexicalQuery.Weigh(words.Concat(expanded), found.ByTerm, found.Totals);
    }

    /// <remarks>
    /// The lightest terms can add only a bounded amount to a score, since tf (k1 + 1) / (tf + ...) stays below k1 + 1. If the best
    /// documents lead by more than that from the other terms alone, the long posting lists of the light terms are skipped (MaxScore,
    /// Turtle and Flood 1995). The scores are still those of the full sum.
    /// </remarks>
    public async Task<IReadOnlyList<LegHit>> TopAsync(
        CollectionRecord collection,
        LexicalQuery query,
        int limit,
        SearchScope scope,
        CancellationToken cancellationToken
    )
    {
        if (scope.Documents is { } listed)
        {
            return Best(await ScoreAsync(collection, query, listed, cancellationToken), limit);
        }

        if (query.Postings is not null && scope.Filter is null)
        {
            return PostingScores.Top(query, options.Value.Bm25, limit);
        }

        if (scope.Filter is { } filter)
        {
            var parameters = Parameters(collection, query);
            return await RunAsync(
                collection,
                TopWithin(filter, parameters, parameters.Add(limit)),
                query,
                parameters,
                cancellationToken,
                StatementSetting.ForceCustomPlan
            );
        }

        return await LeadingAsync(collection, query, limit, cancellationToken)
            ?? await RunAsync(collection, Top, query, Parameters(collection, query, limit), cancellationToken);
    }

    /// <summary>Scores given documents; documents without any of the terms are absent.</summary>
    public Task<IReadOnlyList<LegHit>> ScoreAsync(
        CollectionRecord collection,
        LexicalQuery query,
        long[] documents,
        CancellationToken cancellationToken
    ) =>
        query.Postings is not null
            ? Task.FromResult<IReadOnlyList<LegHit>>(PostingScores.Score(query, options.Value.Bm25, documents))
            : RunAsync(collection, Among, query, Parameters(collection, query, documents), cancellationToken);

    /// <summary>A SELECT of all documents with one of the query's terms and at least the threshold's score.</summary>
    public string Matching(CollectionRecord collection, LexicalQuery query, double? threshold, SqlParameters parameters)
    {
        var (inside, terms) = (parameters.Add(collection.Id), parameters.Add(query.Terms));
        if (threshold is not { } least)
        {
            return $"SELECT DISTINCT p.document_id FROM posting p WHERE p.collection_id = {inside} AND p.term = ANY({terms})";
        }

        var bm25 = options.Value.Bm25;
        var (weights, k1, b) = (parameters.Add(query.ScaledWeights(bm25)), parameters.Add(bm25.K1), parameters.Add(bm25.B));
        var average = parameters.Add(query.AverageLength);
        return $"""
            SELECT p.document_id FROM unnest({terms}::text[], {weights}::float8[]) AS q(term, weight)
            JOIN posting p ON p.collection_id = {inside} AND p.term = q.term GROUP BY p.document_id
            HAVING sum(round(q.weight * p.tf / (p.tf + {k1} * (1 - {b} + {b} * p.length / {average})))) / 4294967296 >= {parameters.Add(
                least
            )}
            """;
    }

    private static List<LegHit> Best(IEnumerable<LegHit> hits, int limit) =>
        [.. hits.OrderByDescending(hit => hit.Score).ThenBy(hit => hit.DocumentId).Take(limit)];

    private async Task<IReadOnlyList<LegHit>?> LeadingAsync(
        CollectionRecord collection,
        LexicalQuery query,
        int limit,
        CancellationToken cancellationToken
    )
    {
        var heavy = HeavyTerms(query, limit);
        if (heavy == query.Terms.Length)
        {
            return null;
        }

        // Slightly above the bound, because the summands are rounded.
        var bound = (query.Weights.Skip(heavy).Sum() * (options.Value.Bm25.K1 + 1) * (1 + 1e-9)) + 1e-6;
        var first = query.First(heavy);
        var near = await RunAsync(collection, Leading, first, Parameters(collection, first, limit, bound), cancellationToken);
        return near.Count > 0 && near.Count * (long)query.Terms.Length < query.Frequencies.Sum() / 4
            ? Best(await ScoreAsync(collection, query, [.. near.Select(hit => hit.DocumentId)], cancellationToken), limit)
            : null;
    }

    // The heaviest terms that occur often enough to fill a page, if the others are worth skipping.
    private static int HeavyTerms(LexicalQuery query, int limit)
    {
        var (count, documents) = (0, 0L);
        while (count < query.Terms.Length && documents < 2L * limit)
        {
            documents += query.Frequencies[count++];
        }

        return query.Frequencies.Skip(count).Sum() > documents ? count : query.Terms.Length;
    }

    private SqlParameters Parameters(CollectionRecord collection, LexicalQuery query, params ReadOnlySpan<object> more)
    {
        var (parameters, bm25) = (new SqlParameters(), options.Value.Bm25);
        foreach (
            var value in (object[])[collection.Id, query.Terms, query.ScaledWeights(bm25), bm25.K1, bm25.B, query.AverageLength, .. more]
        )
        {
            parameters.Add(value);
        }

        return parameters;
    }

    private async Task<IReadOnlyList<LegHit>> RunAsync(
        CollectionRecord collection,
        string sql,
        LexicalQuery query,
        SqlParameters parameters,
        CancellationToken cancellationToken,
        StatementSetting? setting = null
    )
    {
        if (query.Terms.Length == 0)
        {
            return [];
        }

        return await reads.ReadAsync(
            collection,
            setting is null ? [] : [setting],
            batch => parameters.AddTo(batch, sql),
            async (reader, token) =>
            {
                var hits = new List<LegHit>();
                while (await reader.ReadAsync(token))
                {
                    hits.Add(new LegHit(reader.GetInt64(0), reader.GetDouble(1)));
                }

                return hits;
            },
            cancellationToken
        );
    }
}
