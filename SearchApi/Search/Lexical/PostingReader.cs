using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Storage;
using Npgsql;

namespace EmbedPlatform.SearchApi.Search.Lexical;

/// <summary>The number of documents of a collection and of their tokens.</summary>
internal sealed record LexicalTotals(double Documents, double Tokens);

/// <summary>Reads the inputs of BM25.</summary>
internal sealed class PostingReader(NpgsqlDataSource database)
{
    private const string Terms = """
        SELECT l.lexeme, coalesce(cardinality(l.positions), 1) FROM unnest(to_tsvector($1::text::regconfig, $2)) AS l
        """;

    private const string Totals = """
        SELECT coalesce(sum(documents), 0)::float8, coalesce(sum(tokens), 0)::float8 FROM lexical_total WHERE collection_id = $1
        """;

    // As arrays, because one message per row takes several times as long.
    private const string List = """
        SELECT coalesce(array_agg(p.document_id), '{}'), coalesce(array_agg(p.tf), '{}'), coalesce(array_agg(p.length), '{}') FROM (
            SELECT document_id, tf, length FROM posting WHERE collection_id = $1 AND term = $2 ORDER BY document_id LIMIT $3
        ) p
        """;

    /// <summary>The terms of a text in the collection's language, with their frequency in the text.</summary>
    public async Task<List<(string Term, int Repeats)>> ReadTermsAsync(string language, string text, CancellationToken cancellationToken)
    {
        await using var command = database.Command(Terms, language, text);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var terms = new List<(string, int)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            terms.Add((reader.GetString(0), reader.GetInt32(1)));
        }

        return terms;
    }

    public async Task<LexicalTotals> ReadTotalsAsync(CollectionRecord collection, CancellationToken cancellationToken)
    {
        await using var command = database.Command(Totals, collection.Id);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new LexicalTotals(reader.GetDouble(0), reader.GetDouble(1));
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

        await using var batch = database.CreateBatch();
        foreach (var term in terms)
        {
            batch.Add(List, collection.Id, term, maxPostings);
        }

        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var lists = new List<PostingList>(terms.Count);
        do
        {
            await reader.ReadAsync(cancellationToken);
            lists.Add(new PostingList(reader.GetFieldValue<long[]>(0), reader.GetFieldValue<int[]>(1), reader.GetFieldValue<int[]>(2)));
        } while (await reader.NextResultAsync(cancellationToken));

        return lists;
    }
}
