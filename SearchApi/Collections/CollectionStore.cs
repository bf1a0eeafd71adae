using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Analysis;
using EmbedPlatform.SearchApi.Storage;
using EmbedPlatform.SearchApi.Storage.Distribution;
using Microsoft.Extensions.Options;
using Npgsql;

namespace EmbedPlatform.SearchApi.Collections;

internal sealed class CollectionStore(NpgsqlDataSource database, IDistribution distribution, IOptions<IngestionOptions> ingestion)
{
    private readonly string _columns = $"""
        SELECT c.id, c.tenant, c.name, c.language, c.chunk_tokens, c.chunk_overlap, c.settings::text, c.created_at,
               s.id, s.model, s.revision, s.dimension, s.storage, s.m, s.ef_construction,
               (SELECT coalesce(sum(v.version), 0)::bigint FROM collection_version v WHERE v.collection_id = c.id),
               coalesce({distribution.RelationSize("to_regclass('embedding_' || s.id)")}, 0), s.indexed, c.analyzer
        FROM collection c JOIN embedding_space s ON s.id = c.space_id

        """;

    private const string ByName = """
        WHERE c.id = (SELECT n.collection_id FROM collection_name n WHERE n.tenant = $1 AND n.name = $2)
        """;

    private const string AnalyzedBefore = "WHERE c.analyzer < $1 ORDER BY c.id";

    private const string OfTenant = "WHERE c.tenant = $1 ORDER BY c.name";

    private const string InsertCollection = """
        INSERT INTO collection (tenant, name, language, chunk_tokens, chunk_overlap, settings, analyzer)
        VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7)
        ON CONFLICT (tenant, name) DO NOTHING RETURNING id
        """;

    private const string InsertName = """
        INSERT INTO collection_name (tenant, name, collection_id, is_alias) VALUES ($1, $2, $3, false) ON CONFLICT (tenant, name) DO NOTHING
        """;

    private const string InsertSpace = """
        INSERT INTO embedding_space (collection_id, model, revision, dimension, storage, m, ef_construction)
        VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id
        """;

    private const string SetSpace = "UPDATE collection SET space_id = $2 WHERE id = $1";

    private const string Update = "UPDATE collection SET settings = $2::jsonb WHERE id = $1";

    private const string Lock = "SELECT id FROM collection WHERE id = $1 FOR UPDATE";

    private const string AliasesOf = "SELECT name FROM collection_name WHERE collection_id = $1 AND is_alias ORDER BY name";

    private const string Rename = "UPDATE collection SET name = $2 WHERE id = $1";

    private const string RenameEntry = """
        UPDATE collection_name SET name = $2, changed_at = now() WHERE collection_id = $1 AND NOT is_alias
        """;

    private const string SpacesOf = "SELECT id FROM embedding_space WHERE collection_id = $1";

    private const string DeleteWork = "DELETE FROM embedding_work WHERE collection_id = $1";

    private const string DeletePostings = "DELETE FROM posting WHERE collection_id = $1";

    private const string Delete = "DELETE FROM collection WHERE id = $1";

    private static string CreateVectors(long id, EmbeddingSpace space)
    {
        var table = EmbeddingSpace.TableOf(id);
        // No foreign key to chunk: creating or dropping a space would lock the chunks of every collection.
        return FormattableString.Invariant(
            $"""
            CREATE TABLE {table} (
                document_id bigint, chunk_id bigint, embedding {space.Type}({space.Dimension}) NOT NULL,
                PRIMARY KEY (document_id, chunk_id))
            """
        );
    }

    private static string Count(EmbeddingSpace space) =>
        $"""
            SELECT (SELECT coalesce(sum(documents), 0)::bigint FROM lexical_total WHERE collection_id = $1),
                   (SELECT count(*) FROM {space.Table}),
                   work.waiting, work.failed,
                   (SELECT indexed FROM embedding_space WHERE id = $2),
                   ARRAY(SELECT n.name FROM collection_name n WHERE n.collection_id = $1 AND n.is_alias ORDER BY n.name)
            FROM (SELECT count(*) FILTER (WHERE failed_reason IS NULL) AS waiting, count(failed_reason) AS failed
                  FROM embedding_work WHERE collection_id = $1) work
            """;

    /// <summary>Finds a collection by its name or an alias.</summary>
    public async Task<CollectionRecord?> FindAsync(string tenant, string name, CancellationToken cancellationToken)
    {
        await using var command = database.Command(_columns + ByName, tenant, name);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? Read(reader) : null;
    }

    public Task<IReadOnlyList<CollectionRecord>> ListAsync(string tenant, CancellationToken cancellationToken) =>
        ReadAsync(database.Command(_columns + OfTenant, tenant), cancellationToken);

    /// <summary>The collections of all tenants with documents that an earlier version of the text analysis indexed.</summary>
    public Task<IReadOnlyList<CollectionRecord>> ListAnalyzedBeforeAsync(int version, CancellationToken cancellationToken) =>
        ReadAsync(database.Command(_columns + AnalyzedBefore, version), cancellationToken);

    private static async Task<IReadOnlyList<CollectionRecord>> ReadAsync(NpgsqlCommand listing, CancellationToken cancellationToken)
    {
        await using var command = listing;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<CollectionRecord>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(Read(reader));
        }

        return rows;
    }

    /// <summary>Returns a collection with its counts.</summary>
    public async Task<Collection> DescribeAsync(CollectionRecord row, CancellationToken cancellationToken)
    {
        await using var command = database.Command(Count(row.Space), row.Id, row.Space.Id);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new Collection(
            row.Name,
            row.Space.Model,
            row.Space.Dimension,
            row.Language,
            row.ChunkTokens,
            row.ChunkOverlap,
            reader.GetInt64(0),
            reader.GetInt64(1),
            reader.GetInt64(2),
            reader.GetInt64(3),
            row.CreatedAt
        )
        {
            TextTemplate = row.Template.Source,
            ChunkBy = row.Settings.ChunkBy ?? StoredSettings.BySentence,
            FoldAccents = row.Settings.FoldAccents ?? true,
            LexicalPending = row.AnalyzerVersion < TextAnalyzer.Version,
            Index = new IndexSettings
            {
                Type = row.Space.Type,
                M = row.Space.M,
                EfConstruction = row.Space.EfConstruction,
            },
            Fields = row.Fields,
            Weights = row.Settings.Weights,
            Fusion = row.Settings.Fusion,
            Rerank = row.Settings.Rerank,
            RerankDepth = row.Settings.RerankDepth,
            IndexPending = !reader.GetBoolean(4) && reader.GetInt64(1) >= ingestion.Value.IndexThreshold,
            Aliases = reader.GetFieldValue<string[]>(5) is { Length: > 0 } aliases ? aliases : null,
        };
    }

    public async Task UpdateAsync(CollectionRecord row, StoredSettings settings, CancellationToken cancellationToken)
    {
        await using var command = database.Command(Update, row.Id, settings.Write());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Creates a collection with its embedding space; false if the name was taken concurrently.</summary>
    public async Task<bool> CreateAsync(NewCollection made, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await CreateInAsync(connection, made, TextAnalyzer.Version, cancellationToken) is null)
        {
            return false;
        }

        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>Creates a collection within the caller's transaction; null if a collection or an alias has the name.</summary>
    /// <param name="analyzer">The version of the text analysis that its documents are indexed with.</param>
    public async Task<(long Id, long Space)?> CreateInAsync(
        NpgsqlConnection connection,
        NewCollection made,
        int analyzer,
        CancellationToken cancellationToken
    )
    {
        await using var insert = connection.Command(
            InsertCollection,
            made.Tenant,
            made.Name,
            made.Language,
            made.ChunkTokens,
            made.ChunkOverlap,
            made.Settings.Write(),
            analyzer
        );
        if (
            await insert.ExecuteScalarAsync(cancellationToken) is not long id
            || await connection.ExecuteAsync(InsertName, cancellationToken, made.Tenant, made.Name, id) == 0
        )
        {
            return null;
        }

        await using var insertSpace = connection.Command(
            InsertSpace,
            id,
            made.Space.Model,
            made.Space.Revision,
            made.Space.Dimension,
            made.Space.Type,
            made.Space.M,
            made.Space.EfConstruction
        );
        var space = (long)(await insertSpace.ExecuteScalarAsync(cancellationToken))!;
        foreach (var statement in (string[])[CreateVectors(space, made.Space), .. distribution.AfterCreate(EmbeddingSpace.TableOf(space))])
        {
            await connection.ExecuteAsync(statement, cancellationToken);
        }

        await connection.ExecuteAsync(SetSpace, cancellationToken, id, space);
        return (id, space);
    }

    /// <summary>Renames a collection; its aliases follow. False if another collection or an alias has the name.</summary>
    public async Task<bool> RenameAsync(CollectionRecord row, string name, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        try
        {
            foreach (var statement in (string[])[Rename, RenameEntry])
            {
                await connection.ExecuteAsync(statement, cancellationToken, row.Id, name);
            }
        }
        catch (PostgresException taken) when (taken.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return false;
        }

        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>Deletes a collection and all its documents, unless it has aliases; returns their names.</summary>
    public async Task<IReadOnlyList<string>> DeleteAsync(CollectionRecord row, CancellationToken cancellationToken)
    {
        var id = row.Id;
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        // A new alias locks this row too, through its foreign key.
        await connection.ExecuteAsync(Lock, cancellationToken, id);
        if (await AliasesAsync(connection, id, cancellationToken) is { Count: > 0 } aliases)
        {
            return aliases;
        }

        foreach (var statement in distribution.BeforeDeleteCollection)
        {
            await connection.ExecuteAsync(statement, cancellationToken);
        }

        foreach (var space in await SpacesAsync(connection, id, cancellationToken))
        {
            await connection.ExecuteAsync($"DROP TABLE IF EXISTS {EmbeddingSpace.TableOf(space)}", cancellationToken);
        }

        foreach (var statement in (string[])[DeleteWork, DeletePostings, Delete])
        {
            await using var delete = connection.Command(statement, id);
            // Deleting a large collection can exceed any fixed timeout.
            delete.CommandTimeout = 0;
            await delete.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return [];
    }

    private static async Task<List<string>> AliasesAsync(NpgsqlConnection connection, long id, CancellationToken cancellationToken)
    {
        await using var command = connection.Command(AliasesOf, id);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var aliases = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
        {
            aliases.Add(reader.GetString(0));
        }

        return aliases;
    }

    private static async Task<List<long>> SpacesAsync(NpgsqlConnection connection, long id, CancellationToken cancellationToken)
    {
        await using var command = connection.Command(SpacesOf, id);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var spaces = new List<long>();
        while (await reader.ReadAsync(cancellationToken))
        {
            spaces.Add(reader.GetInt64(0));
        }

        return spaces;
    }

    private static CollectionRecord Read(NpgsqlDataReader reader) =>
        new(
            reader.GetInt64(0),
            reader.GetString(1),
            reader.GetString(2),
            reader.GetString(3),
            reader.GetInt32(4),
            reader.GetInt32(5),
            StoredSettings.Read(reader.GetString(6)),
            new EmbeddingSpace(reader.GetInt64(8), reader.GetString(9), reader.GetString(10), reader.GetInt32(11), reader.GetString(12))
            {
                M = reader.GetInt32(13),
                EfConstruction = reader.GetInt32(14),
            },
            reader.GetFieldValue<DateTimeOffset>(7)
        )
        {
            Version = reader.GetInt64(15),
            VectorBytes = reader.GetInt64(16),
            IsIndexed = reader.GetBoolean(17),
            AnalyzerVersion = reader.GetInt32(18),
        };
}
