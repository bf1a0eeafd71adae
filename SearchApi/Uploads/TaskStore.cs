using System.Text.Json;
using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Storage;
using Npgsql;

namespace EmbedPlatform.SearchApi.Uploads;

/// <summary>Tasks in PostgreSQL, visible to all replicas.</summary>
internal sealed class TaskStore(NpgsqlDataSource database)
{
    private const string Columns = """
        SELECT t.id, c.name, t.state, t.received, t.written, t.unchanged,
               (SELECT count(*) FROM embedding_work w WHERE w.task_id = t.id AND w.failed_reason IS NULL),
               (SELECT count(*) FROM embedding_work w WHERE w.task_id = t.id AND w.failed_reason IS NOT NULL),
               t.error_count, extract(epoch FROM coalesce(t.finished_at, now()) - t.created_at)::float8,
               t.reason, t.created_at, t.stored_at, t.finished_at, t.errors::text
        FROM task t JOIN collection c ON c.id = t.collection_id

        """;

    private const string Find = Columns + "WHERE t.tenant = $1 AND t.id = $2";

    private const string List =
        Columns
        + """
            WHERE t.tenant = $1 AND ($3::text IS NULL OR t.state = $3) AND ($2::text IS NULL OR t.collection_id =
                (SELECT n.collection_id FROM collection_name n WHERE n.tenant = $1 AND n.name = $2))
            ORDER BY t.created_at DESC, t.id LIMIT $4
            """;

    private const string Failures = """
        SELECT d.external_id, w.failed_reason FROM embedding_work w JOIN document d ON d.id = w.document_id
        JOIN task t ON t.id = w.task_id AND t.collection_id = w.collection_id
        WHERE w.task_id = $1 AND w.failed_reason IS NOT NULL ORDER BY d.id LIMIT $2
        """;

    private const string Create = """
        INSERT INTO task (id, tenant, collection_id, state) VALUES ($1, $2, $3, 'storing') ON CONFLICT (id) DO NOTHING
        """;

    private const string CreateStored = """
        INSERT INTO task (id, tenant, collection_id, state, received, written, unchanged, error_count, errors, created_at, stored_at)
        VALUES ($1, $2, $3, 'embedding', $4, $5, $6, $7, $8::jsonb, now() - $9::interval, now()) ON CONFLICT (id) DO NOTHING
        """;

    // The numbers are totals, so writing them twice is idempotent.
    private const string Progress = """
        UPDATE task SET received = $2, written = $3, unchanged = $4, error_count = $5, errors = $6::jsonb, heartbeat_at = now()
        WHERE id = $1 AND state = 'storing' RETURNING cancel
        """;

    private const string End = """
        UPDATE task SET received = $2, written = $3, unchanged = $4, error_count = $5, errors = $6::jsonb,
            state = $7, reason = $8, stored_at = now(), heartbeat_at = now(), finished_at = CASE WHEN $7 <> 'embedding' THEN now() END
        WHERE id = $1 AND state IN ('storing', 'interrupted')
        """;

    private const string CancelTask = """
        UPDATE task SET cancel = true WHERE tenant = $1 AND id = $2 AND state = 'storing'
        """;

    // The sweep closes uploads without a heartbeat and tasks without pending documents, and deletes tasks past their retention.
    private const string CloseInterrupted = """
        UPDATE task SET state = 'interrupted', reason = 'the service that took the upload stopped',
            stored_at = heartbeat_at, finished_at = now()
        WHERE finished_at IS NULL AND state = 'storing' AND heartbeat_at < now() - $1
        """;

    private const string CloseCompleted = """
        UPDATE task t SET state = 'completed', finished_at = now()
        WHERE t.finished_at IS NULL AND t.state = 'embedding'
            AND NOT EXISTS (SELECT FROM embedding_work w WHERE w.task_id = t.id AND w.failed_reason IS NULL)
        """;

    private const string Forget = "DELETE FROM task WHERE finished_at < now() - $1";

    private const int MaxErrors = 100;

    /// <summary>Creates a task; false if the id is taken.</summary>
    public async Task<bool> CreateAsync(Guid id, CollectionRecord collection, CancellationToken cancellationToken) =>
        await RunAsync(Create, cancellationToken, id, collection.Tenant, collection.Id) > 0;

    /// <summary>Creates a task for documents that are already stored.</summary>
    public Task CreateStoredAsync(
        Guid id,
        CollectionRecord collection,
        UpsertResult result,
        TimeSpan elapsed,
        CancellationToken cancellationToken
    ) =>
        RunAsync(
            CreateStored,
            cancellationToken,
            id,
            collection.Tenant,
            collection.Id,
            result.Received,
            result.Written,
            result.Unchanged,
            result.ErrorCount,
            TaskJson.Write(result.Errors),
            elapsed
        );

    /// <summary>Writes the progress of an upload; returns whether the upload should be cancelled.</summary>
    public async Task<bool> ReportAsync(Guid id, UpsertResult progress, CancellationToken cancellationToken)
    {
        await using var command = database.Command(
            Progress,
            id,
            progress.Received,
            progress.Written,
            progress.Unchanged,
            progress.ErrorCount,
            TaskJson.Write(progress.Errors)
        );
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    /// <summary>Ends an upload.</summary>
    /// <param name="reason">The reason why it did not finish; null if it did.</param>
    public Task EndAsync(Guid id, UpsertResult result, string state, string? reason, CancellationToken cancellationToken) =>
        RunAsync(
            End,
            cancellationToken,
            id,
            result.Received,
            result.Written,
            result.Unchanged,
            result.ErrorCount,
            TaskJson.Write(result.Errors),
            state,
            (object?)reason ?? DBNull.Value
        );

    /// <summary>Requests cancellation; false if the tenant has no such running upload.</summary>
    public async Task<bool> CancelAsync(string tenant, Guid id, CancellationToken cancellationToken) =>
        await RunAsync(CancelTask, cancellationToken, tenant, id) > 0;

    public async Task<UploadTask?> FindAsync(string tenant, Guid id, CancellationToken cancellationToken)
    {
        await RunAsync(CloseCompleted + " AND t.id = $1", cancellationToken, id);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var (task, errors) = (default(UploadTask), new List<UploadError>());
        await using (var command = connection.Command(Find, tenant, id))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            if (!await reader.ReadAsync(cancellationToken))
            {
                return null;
            }

            task = Read(reader);
            errors.AddRange(
                TaskJson.Read(reader.GetString(14)).Select(error => new UploadError(error.Index, error.Id, error.Field, error.Reason))
            );
        }

        if (task.Failed > 0)
        {
            await using var command = connection.Command(Failures, id, MaxErrors);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                errors.Add(new UploadError(null, reader.GetString(0), null, reader.GetString(1)));
            }
        }

        return task with
        {
            Errors = errors,
        };
    }

    public async Task<IReadOnlyList<UploadTask>> ListAsync(
        string tenant,
        string? collection,
        string? state,
        int limit,
        CancellationToken cancellationToken
    )
    {
        await RunAsync(CloseCompleted, cancellationToken);
        await using var command = database.CreateCommand(List);
        foreach (var value in (object?[])[tenant, collection, state, limit])
        {
            command.Parameters.Add(
                value is null
                    ? new NpgsqlParameter { Value = DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text }
                    : new NpgsqlParameter { Value = value }
            );
        }

        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var tasks = new List<UploadTask>();
        while (await reader.ReadAsync(cancellationToken))
        {
            tasks.Add(Read(reader));
        }

        return tasks;
    }

    /// <summary>Closes finished and abandoned tasks and deletes old ones.</summary>
    public async Task SweepAsync(TimeSpan silence, TimeSpan keep, CancellationToken cancellationToken)
    {
        await RunAsync(CloseCompleted, cancellationToken);
        await RunAsync(CloseInterrupted, cancellationToken, silence);
        await RunAsync(Forget, cancellationToken, keep);
    }

    private static UploadTask Read(NpgsqlDataReader reader)
    {
        var (written, unchanged, pending, failed) = (reader.GetInt64(4), reader.GetInt64(5), reader.GetInt64(6), reader.GetInt64(7));
        var done = Math.Max(0, written - pending - failed) + unchanged;
        return new UploadTask(
            reader.GetGuid(0),
            reader.GetString(1),
            reader.GetString(2),
            reader.GetInt64(3),
            written,
            unchanged,
            pending,
            failed,
            reader.GetInt64(8),
            Math.Round(done / Math.Max(reader.GetDouble(9), 1e-3), 1),
            reader.GetStringOrNull(10),
            reader.GetFieldValue<DateTimeOffset>(11),
            Time(12),
            Time(13)
        );

        DateTimeOffset? Time(int column) => reader.IsDBNull(column) ? null : reader.GetFieldValue<DateTimeOffset>(column);
    }

    private async Task<int> RunAsync(string sql, CancellationToken cancellationToken, params object[] parameters)
    {
        await using var command = database.Command(sql, parameters);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }
}

/// <summary>The JSON of a task's error column.</summary>
internal static class TaskJson
{
    public static string Write(IReadOnlyList<DocumentError> errors) => JsonSerializer.Serialize(errors);

    public static IReadOnlyList<DocumentError> Read(string json) => JsonSerializer.Deserialize<IReadOnlyList<DocumentError>>(json)!;
}
