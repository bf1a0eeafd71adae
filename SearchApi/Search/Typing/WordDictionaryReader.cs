using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Search.Reads;
using EmbedPlatform.SearchApi.Storage;
using Npgsql;

namespace EmbedPlatform.SearchApi.Search.Typing;

/// <summary>Reads the written words of documents.</summary>
internal sealed class WordDictionaryReader(SearchReads reads)
{
    private const string All = """
        SELECT l.words FROM document d JOIN document_lexeme l ON l.document_id = d.id WHERE d.collection_id = $1 AND l.words IS NOT NULL
        """;

    private const string Listed = "SELECT words FROM document_lexeme WHERE document_id = ANY($1) AND words IS NOT NULL";

    /// <summary>The words of a collection; null if they take more than a number of bytes.</summary>
    public Task<WordDictionary?> ReadAsync(CollectionRecord collection, long maxBytes, CancellationToken cancellationToken) =>
        reads.ReadAsync(
            collection,
            batch => batch.Add(All, collection.Id),
            (reader, token) => ReadAsync(reader, collection, maxBytes, token),
            cancellationToken
        );

    /// <summary>The words of each of some documents, in any order.</summary>
    public Task<List<string>> ReadAsync(CollectionRecord collection, long[] documents, CancellationToken cancellationToken) =>
        reads.ReadAsync(collection, batch => batch.Add(Listed, documents), ReadAsync, cancellationToken);

    private static async Task<WordDictionary?> ReadAsync(
        NpgsqlDataReader reader,
        CollectionRecord collection,
        long maxBytes,
        CancellationToken cancellationToken
    )
    {
        var builder = new WordDictionary.Builder(collection.Analyzer, maxBytes);
        while (builder.Fits && await reader.ReadAsync(cancellationToken))
        {
            builder.Add(reader.GetString(0));
        }

        return builder.Build();
    }

    private static async Task<List<string>> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var words = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
        {
            words.Add(reader.GetString(0));
        }

        return words;
    }
}
