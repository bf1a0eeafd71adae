using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Search.Lexical;
using EmbedPlatform.SearchApi.Search.Reads;
using EmbedPlatform.SearchApi.Storage;
using Npgsql;

namespace EmbedPlatform.SearchApi.Search.Suggesting;

/// <summary>Finds the titles of the documents that match a query best.</summary>
internal sealed class SuggestedTitles(SearchReads reads, LexicalSearch lexical)
{
    private const string Load = "SELECT id, external_id, title FROM document WHERE id = ANY($1) AND title <> ''";

    /// <summary>The documents with a title, best first.</summary>
    public async Task<List<SuggestedDocument>> FindAsync(
        CollectionRecord collection,
        LexicalQuery query,
        int limit,
        CancellationToken cancellationToken
    )
    {
        if (query.Terms.Length == 0)
        {
            return [];
        }

        var hits = await lexical.TopAsync(collection, query, limit, SearchScope.Everything, cancellationToken);
        long[] documents = [.. hits.Select(hit => hit.DocumentId)];
        var titles = await reads.ReadAsync(collection, batch => batch.Add(Load, documents), ReadAsync, cancellationToken);
        return [.. documents.Select(document => titles.GetValueOrDefault(document)).OfType<SuggestedDocument>()];
    }

    private static async Task<Dictionary<long, SuggestedDocument>> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var titles = new Dictionary<long, SuggestedDocument>();
        while (await reader.ReadAsync(cancellationToken))
        {
            titles[reader.GetInt64(0)] = new SuggestedDocument(reader.GetString(1), reader.GetString(2));
        }

        return titles;
    }
}
