using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Storage;
using Npgsql;

namespace EmbedPlatform.SearchApi.Caching;

/// <summary>The version of what a collection holds; every transaction that writes to it raises it.</summary>
internal sealed class CollectionVersion(NpgsqlDataSource database)
{
    private const string Read = "SELECT coalesce(sum(version), 0)::bigint FROM collection_version WHERE collection_id = $1";

    /// <summary>The version that is committed now.</summary>
    public async Task<long> ReadAsync(CollectionRow collection, CancellationToken cancellationToken)
    {
        await using var command = database.Command(Read, collection.Id);
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
