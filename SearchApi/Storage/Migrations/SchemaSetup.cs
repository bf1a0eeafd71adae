using Npgsql;

namespace EmbedPlatform.SearchApi.Storage.Migrations;

/// <summary>Creates the schema, and moves the tables that versions before it created in <c>public</c>.</summary>
internal static class SchemaSetup
{
    private const string Exists = "SELECT to_regnamespace(quote_ident($1)) IS NOT NULL";

    private const string CreateExtension = "CREATE EXTENSION IF NOT EXISTS vector WITH SCHEMA public";

    private const string HiddenExtension = """
        SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
        WHERE e.extname = 'vector' AND NOT n.nspname = ANY(current_schemas(true))
        """;

    private const string HasHistory = "SELECT to_regclass(quote_ident($1) || '.schema_migration') IS NOT NULL";

    // Other people's tables may have the same names, so the columns are checked before the rows.
    private const string FormerHistory = """
        SELECT count(*) = 3 FROM pg_attribute
        WHERE attrelid = to_regclass('public.schema_migration') AND attname IN ('version', 'name', 'checksum')
        """;

    private const string IsFormer = """
        SELECT EXISTS (SELECT FROM public.schema_migration WHERE version::text = '1' AND name::text LIKE '%0001_collections.sql')
        """;

    private const string FormerObjects = """
        SELECT format('ALTER TABLE public.%I SET SCHEMA %I', c.relname, $1)
        FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND (
            c.relname IN ('schema_migration', 'collection', 'embedding_space', 'document', 'chunk', 'embedding_work', 'posting',
                'document_lexeme', 'lexical_total', 'task', 'search_cursor', 'search_cursor_block', 'collection_version',
                'collection_touched')
            OR c.relname IN (SELECT 'embedding_' || id FROM public.embedding_space))
        UNION ALL
        SELECT format('ALTER SEQUENCE public.%I SET SCHEMA %I', c.relname, $1)
        FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'S' AND c.relname = 'text_version'
        UNION ALL
        SELECT format('ALTER FUNCTION %s SET SCHEMA %I', p.oid::regprocedure, $1)
        FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
            AND p.proname IN ('iso_instant', 'touch_collections', 'raise_collection_version')
        """;

    /// <summary>Prepares the schema within the migration lock.</summary>
    /// <returns>Whether tables were moved.</returns>
    /// <exception cref="SchemaMismatchException">pgvector is installed in a schema that the connection does not search.</exception>
    public static async Task<bool> PrepareAsync(NpgsqlConnection connection, string schema, CancellationToken cancellationToken)
    {
        if (!await IsTrueAsync(connection, Exists, cancellationToken, schema))
        {
            await connection.ExecuteAsync($"CREATE SCHEMA IF NOT EXISTS \"{schema}\"", cancellationToken);
        }

        await connection.ExecuteAsync(CreateExtension, cancellationToken);
        await using (var hidden = connection.Command(HiddenExtension))
        {
            if (await hidden.ExecuteScalarAsync(cancellationToken) is string elsewhere)
            {
                throw new SchemaMismatchException(
                    $"pgvector is installed in the schema {elsewhere}; add \";Search Path={elsewhere}\" to ConnectionStrings:vectors"
                );
            }
        }

        if (
            await IsTrueAsync(connection, HasHistory, cancellationToken, schema)
            || !await IsTrueAsync(connection, FormerHistory, cancellationToken)
            || !await IsTrueAsync(connection, IsFormer, cancellationToken)
        )
        {
            return false;
        }

        await MoveAsync(connection, schema, cancellationToken);
        return true;
    }

    private static async Task MoveAsync(NpgsqlConnection connection, string schema, CancellationToken cancellationToken)
    {
        var moves = new List<string>();
        await using (var command = connection.Command(FormerObjects, schema))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                moves.Add(reader.GetString(0));
            }
        }

        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        foreach (var move in moves)
        {
            await connection.ExecuteAsync(move, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task<bool> IsTrueAsync(
        NpgsqlConnection connection,
        string sql,
        CancellationToken cancellationToken,
        params object[] parameters
    )
    {
        await using var command = connection.Command(sql, parameters);
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }
}
