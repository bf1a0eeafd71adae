using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Search.Reads;
using EmbedPlatform.SearchApi.Storage;
using EmbedPlatform.SearchApi.Storage.Distribution;
using Npgsql;

namespace EmbedPlatform.SearchApi.Search.Lexical;

/// <summary>The number of documents of a collection and of their tokens.</summary>
internal sealed record LexicalTotals(double Documents, double Tokens);

/// <summary>The document frequencies of a query.</summary>
/// <param name="ByTerm">The frequency of each term that occurs.</param>
/// <param name="Expansions">The terms of each prefix.</param>
internal sealed record TermFrequencies(
    IReadOnlyDictionary<string, long> ByTerm,
    IReadOnlyList<IReadOnlyList<string>> Expansions,
    LexicalTotals Totals
);

/// <summary>Reads the inputs of BM25.</summary>
internal sealed class PostingReader(SearchReads reads, IDistribution distribution)
{
    private const string Totals = """
        SELECT coalesce(sum(documents), 0)::float8, coalesce(sum(tokens), 0)::float8 FROM lexical_total WHERE collection_id = $1
        """;

    private const string Frequencies = """
        SELECT term, count(*) FROM posting WHERE collection_id = $1 AND term = ANY($2) GROUP BY term
        """;

    // As arrays, because one message per row takes several times as long.
    private const string List = """
        SELECT coalesce(array_agg(p.document_id), '{}'), coalesce(array_agg(p.tf), '{}'), coalesce(array_agg(p.length), '{}') FROM (
            SELECT document_id, tf, length FROM posting WHERE collection_id = $1 AND term = $2 ORDER BY document_id LIMIT $3
        ) p
        """;

    public Task<LexicalTotals> ReadTotalsAsync(CollectionRecord collection, CancellationToken cancellationToken) =>
        reads.ReadAsync(collection, batch => batch.Add(Totals, collection.Id), ReadTotalsAsync, cancellationToken);

    /// <summary>The document frequencies of the terms that occur, with those of the expansions of prefixes, and the totals.</summary>
    public Task<TermFrequencies> ReadFrequenciesAsync(
        CollectionRecord collection,
        string[] terms,
        IReadOnlyList<IReadOnlyList<string>> prefixes,
        CancellationToken cancellationToken
    ) =>
        reads.ReadAsync(
            collection,
            batch => AddFrequencies(batch, collection, terms, prefixes),
            (reader, token) => ReadFrequenciesAsync(reader, prefixes.Count, token),
            cancellationToken
        );

    private void AddFrequencies(
        NpgsqlBatch batch,
        CollectionRecord collection,
        string[] terms,
        IReadOnlyList<IReadOnlyList<string>> prefixes
    )
    {
        batch.Add(Totals, collection.Id);
        batch.Add(Frequencies, collection.Id, terms);
        if (prefixes.Count > 0)
        {
            var beginnings = prefixes.SelectMany((prefix, i) => prefix.Select(beginning => (Number: i, Beginning: beginning))).ToList();
            batch.Add(
                distribution.ExpandPrefixes,
                collection.Id,
                beginnings.Select(beginning => beginning.Number).ToArray(),
                beginnings.Select(beginning => beginning.Beginning).ToArray()
            );
        }
    }

    private static async Task<LexicalTotals> ReadTotalsAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        await reader.ReadAsync(cancellationToken);
        return new LexicalTotals(reader.GetDouble(0), reader.GetDouble(1));
    }

    private static async Task<TermFrequencies> ReadFrequenciesAsync(
        NpgsqlDataReader reader,
        int prefixes,
        CancellationToken cancellationToken
    )
    {
        var totals = await ReadTotalsAsync(reader, cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var known = new Dictionary<string, long>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
        {
            known[reader.GetString(0)] = reader.GetInt64(1);
        }

        var expansions = Enumerable.Range(0, prefixes).Select(_ => new List<string>()).ToList();
        await reader.NextResultAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            expansions[reader.GetInt32(0)].Add(reader.GetString(1));
            known[reader.GetString(1)] = reader.GetInt64(2);
        }

        return new TermFrequencies(known, expansions, totals);
    }

    /// <summary>The posting lists of terms, in order.</summary>
    /// <param name="maxPostings">The maximum number of postings to read per list.</param>
    public async Task<List<PostingList>> ReadListsAsync(
        CollectionRecord collection,
        IReadOnlyCollection<string> terms,
        int maxPostings,
        CancellationToken cancellationToken
    )
    {
        if (terms.Count == 0)
        {
            return [];
        }

        return await reads.ReadAsync(
            collection,
            batch =>
            {
                foreach (var term in terms)
                {
                    batch.Add(List, collection.Id, term, maxPostings);
                }
            },
            ReadListsAsync,
            cancellationToken
        );
    }

    private static async Task<List<PostingList>> ReadListsAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var lists = new List<PostingList>();
        do
        {
            await reader.ReadAsync(cancellationToken);
            lists.Add(new PostingList(reader.GetFieldValue<long[]>(0), reader.GetFieldValue<int[]>(1), reader.GetFieldValue<int[]>(2)));
        } while (await reader.NextResultAsync(cancellationToken));

        return lists;
    }
}
