using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Failures;
using EmbedPlatform.SearchApi.Storage;
using EmbedPlatform.SearchApi.Tenants;
using Npgsql;

namespace EmbedPlatform.SearchApi.Collections;

/// <summary>The aliases of the request's tenant. A move is one row, so every replica sees it with its next request.</summary>
internal sealed class AliasService(NpgsqlDataSource database, CollectionService collections, TenantContext tenant, SchemaState schema)
{
    private const string Select = """
        SELECT n.name, c.name, n.changed_at FROM collection_name n JOIN collection c ON c.id = n.collection_id
        WHERE n.tenant = $1 AND n.is_alias
        """;

    private const string List = Select + " ORDER BY n.name";

    private const string Find = Select + " AND n.name = $2";

    // The first column is false for a new alias.
    private const string Move = """
        INSERT INTO collection_name AS n (tenant, name, collection_id, is_alias) VALUES ($1, $2, $3, true)
        ON CONFLICT (tenant, name) DO UPDATE SET collection_id = excluded.collection_id, changed_at = excluded.changed_at
        WHERE n.is_alias
        RETURNING xmax <> 0, changed_at
        """;

    private const string Delete = "DELETE FROM collection_name WHERE tenant = $1 AND name = $2 AND is_alias";

    /// <summary>Creates an alias, or moves it to another collection.</summary>
    /// <returns>The alias, and whether it was created.</returns>
    /// <exception cref="ApiException">
    /// 400: a name is invalid or the target is an alias; 404: no such collection; 409: a collection has the name.
    /// </exception>
    public async Task<(CollectionAlias Alias, bool Created)> PutAsync(
        string name,
        AliasRequest request,
        CancellationToken cancellationToken
    )
    {
        CollectionService.CheckName(name, "alias");
        if (string.IsNullOrEmpty(request.Collection))
        {
            throw ApiException.Invalid("collection", "must be the name of a collection");
        }

        var target = await collections.RequireAsync(request.Collection, cancellationToken);
        if (target.Name != request.Collection)
        {
            throw ApiException.Invalid("collection", $"is an alias of \"{target.Name}\"; it must be the name of a collection");
        }

        await using var command = database.Command(Move, tenant.Tenant, name, target.Id);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? (new CollectionAlias(name, target.Name, reader.GetFieldValue<DateTimeOffset>(1)), !reader.GetBoolean(0))
            : throw await collections.TakenAsync(name, cancellationToken);
    }

    public async Task<AliasList> ListAsync(CancellationToken cancellationToken)
    {
        schema.Require();
        return new AliasList(await ReadAsync(database.Command(List, tenant.Tenant), cancellationToken));
    }

    /// <exception cref="ApiException">404: no such alias.</exception>
    public async Task<CollectionAlias> GetAsync(string name, CancellationToken cancellationToken)
    {
        schema.Require();
        var found = await ReadAsync(database.Command(Find, tenant.Tenant, Clean(name)), cancellationToken);
        return found.Count > 0 ? found[0] : throw NoAlias(name);
    }

    /// <summary>Deletes an alias; its collection stays.</summary>
    /// <exception cref="ApiException">404: no such alias.</exception>
    public async Task DeleteAsync(string name, CancellationToken cancellationToken)
    {
        schema.Require();
        await using var command = database.Command(Delete, tenant.Tenant, Clean(name));
        if (await command.ExecuteNonQueryAsync(cancellationToken) == 0)
        {
            throw NoAlias(name);
        }
    }

    // PostgreSQL cannot store NUL.
    private static string Clean(string name) => name.Replace("\0", string.Empty, StringComparison.Ordinal);

    private static ApiException NoAlias(string name) => ApiException.NotFound($"There is no alias \"{name}\".");

    private static async Task<IReadOnlyList<CollectionAlias>> ReadAsync(NpgsqlCommand query, CancellationToken cancellationToken)
    {
        await using var command = query;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var aliases = new List<CollectionAlias>();
        while (await reader.ReadAsync(cancellationToken))
        {
            aliases.Add(new CollectionAlias(reader.GetString(0), reader.GetString(1), reader.GetFieldValue<DateTimeOffset>(2)));
        }

        return aliases;
    }
}
