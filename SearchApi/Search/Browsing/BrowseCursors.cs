using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Search.Paging;
using EmbedPlatform.SearchApi.Storage;
using Microsoft.Extensions.Options;
using Npgsql;

namespace EmbedPlatform.SearchApi.Search.Browsing;

/// <summary>A listing and the position after which its next page begins.</summary>
/// <param name="Total">The number of matched documents, if requested.</param>
internal sealed record BrowseContinuation(SearchRequest Request, BrowsePosition Position, long? Total, long? Groups);

/// <summary>
/// Keeps the searches and positions behind the cursors of listings, in PostgreSQL as rankings are. A listing itself is not kept: a page is
/// what follows the position when it is requested, so that its length has no limit.
/// </summary>
internal sealed class BrowseCursors(NpgsqlDataSource database, IOptions<SearchOptions> options)
{
    // Distinguishes these cursors from those of kept rankings.
    private const byte Mark = 0xB1;
    private const int Length = 17;

    private const string Insert =
        "INSERT INTO search_cursor (id, collection_id, search, hits, expires_at) VALUES ($1, $2, $3, 0, now() + $4)";

    private const string Find = "SELECT search FROM search_cursor WHERE id = $1 AND collection_id = $2 AND expires_at >= now()";

    private static readonly JsonSerializerOptions Json = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>Parses a cursor; null if it is not one of a listing.</summary>
    public static Guid? Read(string text)
    {
        Span<byte> bytes = stackalloc byte[Length];
        if (text.Length > 2 * Length || !Base64Url.IsValid(text, out var length) || length != Length)
        {
            return null;
        }

        Base64Url.DecodeFromChars(text, bytes);
        return bytes[0] == Mark ? new Guid(bytes[1..]) : null;
    }

    /// <returns>The cursor.</returns>
    public async Task<string> KeepAsync(CollectionRecord collection, BrowseContinuation continuation, CancellationToken cancellationToken)
    {
        var id = Guid.NewGuid();
        await using var batch = database.CreateBatch();
        batch.Add(CursorStore.Expire);
        batch.Add(Insert, id, collection.Id, JsonSerializer.Serialize(continuation, Json), options.Value.CursorTimeToLive);
        await batch.ExecuteNonQueryAsync(cancellationToken);
        return Base64Url.EncodeToString([Mark, .. id.ToByteArray()]);
    }

    /// <summary>The search behind a cursor; null if it has expired.</summary>
    public async Task<BrowseContinuation?> FindAsync(CollectionRecord collection, Guid id, CancellationToken cancellationToken)
    {
        await using var command = database.Command(Find, id, collection.Id);
        return await command.ExecuteScalarAsync(cancellationToken) is string found
            ? JsonSerializer.Deserialize<BrowseContinuation>(found, Json)
            : null;
    }
}
