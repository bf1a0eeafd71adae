using System.Data;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Failures;
using EmbedPlatform.SearchApi.Storage;
using EmbedPlatform.ServiceDefaults.Http;
using Npgsql;

namespace EmbedPlatform.SearchApi.Transfer;

/// <summary>The position of an interrupted export.</summary>
/// <param name="After">The id of the last document that arrived whole.</param>
/// <param name="Version">The version in its header.</param>
internal readonly record struct ExportPosition(string After, long Version);

/// <summary>
/// Opens exports. An export is one repeatable-read transaction, so it is the collection at one moment; while it runs, vacuum keeps the
/// rows that it may still read.
/// </summary>
internal sealed class CollectionExporter(NpgsqlDataSource database)
{
    private const string Begin = "SET TRANSACTION READ ONLY";

    private const string Facts = """
        SELECT (SELECT coalesce(sum(v.version), 0)::bigint FROM collection_version v WHERE v.collection_id = $1),
               (SELECT coalesce(sum(documents), 0)::bigint FROM lexical_total WHERE collection_id = $1)
        """;

    private const string FindRow = "SELECT document_id FROM document_key WHERE collection_id = $1 AND external_id = $2";

    /// <summary>Begins an export.</summary>
    /// <param name="resume">The position to continue from; null for a whole export.</param>
    /// <exception cref="ApiException">400: the position's document does not exist; 409: the collection has changed since.</exception>
    public async Task<CollectionExport> OpenAsync(CollectionRecord collection, ExportPosition? resume, CancellationToken cancellationToken)
    {
        var connection = await database.OpenConnectionAsync(cancellationToken);
        try
        {
            var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
            await connection.ExecuteAsync(Begin, cancellationToken);
            var (version, documents) = await ReadFactsAsync(connection, collection, cancellationToken);
            var after = resume is { } position ? await FindAsync(connection, collection, position, version, cancellationToken) : 0;
            return new CollectionExport(connection, transaction, collection, version, documents, after);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private static async Task<(long Version, long Documents)> ReadFactsAsync(
        NpgsqlConnection connection,
        CollectionRecord collection,
        CancellationToken cancellationToken
    )
    {
        await using var command = connection.Command(Facts, collection.Id);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    private static async Task<long> FindAsync(
        NpgsqlConnection connection,
        CollectionRecord collection,
        ExportPosition position,
        long version,
        CancellationToken cancellationToken
    )
    {
        if (position.Version != version)
        {
            throw new ApiException(
                StatusCodes.Status409Conflict,
                "The collection has changed.",
                $"\"{collection.Name}\" has changed since the export began (version {version} instead of {position.Version}): "
                    + "export it from the beginning."
            );
        }

        if (!position.After.Contains('\0'))
        {
            await using var command = connection.Command(FindRow, collection.Id, position.After);
            if (await command.ExecuteScalarAsync(cancellationToken) is long row)
            {
                return row;
            }
        }

        throw ApiException.Invalid(new FieldErrors().Add("after", "is not the id of a document of this collection"));
    }
}
