using System.Text.Json;
using System.Text.RegularExpressions;
using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Failures;
using EmbedPlatform.SearchApi.Storage;
using EmbedPlatform.SearchApi.Storage.Hosts;
using EmbedPlatform.SearchApi.Tenants;
using EmbedPlatform.ServiceDefaults.Http;

namespace EmbedPlatform.SearchApi.Collections;

/// <summary>Creates, finds and deletes collections of the request's tenant.</summary>
internal sealed partial class CollectionService(
    CollectionStore store,
    TenantContext tenant,
    CollectionPlanner planner,
    CollectionCloner cloner,
    SchemaState schema,
    DatabaseHosts hosts
)
{
    /// <summary>Finds a collection by its name or an alias, in one statement.</summary>
    /// <exception cref="ApiException">404: no such collection; 503: the schema is not ready.</exception>
    public async Task<CollectionRecord> RequireAsync(string name, CancellationToken cancellationToken)
    {
        schema.Require();
        var timeline = hosts.Timeline.Current;
        var row = await FindAsync(name, cancellationToken) ?? throw ApiException.NoCollection(name);
        return row with { Timeline = timeline };
    }

    /// <summary>Finds a collection by its name or an alias; null if there is none.</summary>
    public Task<CollectionRecord?> FindAsync(string name, CancellationToken cancellationToken)
    {
        schema.Require();
        return store.FindAsync(tenant.Tenant, Clean(name), cancellationToken);
    }

    public async Task<Collection> GetAsync(string name, CancellationToken cancellationToken) =>
        await store.DescribeAsync(await RequireAsync(name, cancellationToken), cancellationToken);

    public async Task<CollectionList> ListAsync(CancellationToken cancellationToken)
    {
        schema.Require();
        var collections = new List<Collection>();
        foreach (var row in await store.ListAsync(tenant.Tenant, cancellationToken))
        {
            collections.Add(await store.DescribeAsync(row, cancellationToken));
        }

        return new CollectionList(collections);
    }

    /// <exception cref="ApiException">404: no such collection; 409: it has aliases.</exception>
    public async Task DeleteAsync(string name, CancellationToken cancellationToken)
    {
        var row = await RequireAsync(name, cancellationToken);
        var aliases = await store.DeleteAsync(row, cancellationToken);
        if (aliases.Count > 0)
        {
            throw new ApiException(
                StatusCodes.Status409Conflict,
                "The collection has aliases.",
                $"\"{row.Name}\" is the collection of {string.Join(", ", aliases.Select(alias => $"\"{alias}\""))}: "
                    + "move or delete these aliases first."
            );
        }
    }

    /// <summary>Renames a collection; its aliases follow.</summary>
    /// <exception cref="ApiException">400: the name is invalid; 404: no such collection; 409: the name is taken.</exception>
    public async Task<Collection> RenameAsync(string name, string? to, CancellationToken cancellationToken)
    {
        var target = CheckName(to, "to");
        var row = await RequireAsync(name, cancellationToken);
        return row.Name == target || await store.RenameAsync(row, target, cancellationToken)
            ? await store.DescribeAsync(row with { Name = target }, cancellationToken)
            : throw await TakenAsync(target, cancellationToken);
    }

    /// <summary>Copies a collection with its documents, vectors, lexical index and settings.</summary>
    /// <exception cref="ApiException">400: the name is invalid; 404: no such collection; 409: the name is taken.</exception>
    public async Task<Collection> CloneAsync(string name, string? to, CancellationToken cancellationToken)
    {
        var target = CheckName(to, "to");
        var row = await RequireAsync(name, cancellationToken);
        return await cloner.CloneAsync(row, target, cancellationToken)
            ? await GetAsync(target, cancellationToken)
            : throw await TakenAsync(target, cancellationToken);
    }

    /// <summary>A 409 that says what has a name.</summary>
    public async Task<ApiException> TakenAsync(string name, CancellationToken cancellationToken) =>
        new(
            StatusCodes.Status409Conflict,
            "The name is taken.",
            await FindAsync(name, cancellationToken) is { } other && other.Name != name
                ? $"\"{name}\" is an alias of the collection \"{other.Name}\"."
                : $"\"{name}\" is a collection."
        );

    /// <summary>Returns a valid name of a collection or an alias.</summary>
    /// <exception cref="ApiException">400: it is not valid.</exception>
    public static string CheckName(string? name, string field) =>
        name is not null && NameRule().IsMatch(name)
            ? name
            : throw ApiException.Invalid(field, "must be 1 to 63 of a-z, 0-9, _ and -, starting with a letter or digit");

    /// <summary>Merges a patch into the settings that need no re-indexing.</summary>
    /// <exception cref="ApiException">400: a setting is invalid or cannot be changed; 404: no such collection.</exception>
    public async Task<Collection> PatchAsync(string name, JsonElement patch, CancellationToken cancellationToken)
    {
        var row = await RequireAsync(name, cancellationToken);
        var changed = SettingsPatch.Apply(row.Settings, patch);
        await store.UpdateAsync(row, changed, cancellationToken);
        return await store.DescribeAsync(row with { Settings = changed }, cancellationToken);
    }

    /// <summary>Creates a collection; an existing one can change only its declared fields and ranking settings.</summary>
    /// <returns>The collection, and whether it was created.</returns>
    /// <exception cref="ApiException">
    /// 400: a setting is invalid; 409: the collection has other settings, or the name is an alias; 503: EmbedService is down.
    /// </exception>
    public async Task<(Collection Collection, bool Created)> PutAsync(
        string name,
        CollectionSettings settings,
        CancellationToken cancellationToken
    )
    {
        schema.Require();
        CheckName(name, "name");
        CollectionSettingsValidator.Check(settings);
        if (await store.FindAsync(tenant.Tenant, name, cancellationToken) is { } existing)
        {
            CheckNoAlias(existing, name);
            CheckSame(existing, settings);
            return (await store.DescribeAsync(await UpdateAsync(existing, settings, cancellationToken), cancellationToken), false);
        }

        var created = await store.CreateAsync(await planner.PlanAsync(tenant.Tenant, name, settings, cancellationToken), cancellationToken);
        var row = await RequireAsync(name, cancellationToken);
        CheckNoAlias(row, name);
        CheckSame(row, settings);
        return (await store.DescribeAsync(row, cancellationToken), created);
    }

    // PostgreSQL cannot store NUL: without this, the lookup would fail rather than return 404.
    private static string Clean(string name) => name.Replace("\0", string.Empty, StringComparison.Ordinal);

    private static void CheckNoAlias(CollectionRecord found, string name)
    {
        if (found.Name != name)
        {
            throw new ApiException(
                StatusCodes.Status409Conflict,
                "The name is taken.",
                $"\"{name}\" is an alias of the collection \"{found.Name}\"; an alias cannot have the name of a collection."
            );
        }
    }

    private static void CheckSame(CollectionRecord existing, CollectionSettings wanted)
    {
        var errors = new FieldErrors();
        Compare("model", wanted.Model, existing.Space.Model);
        Compare("text_template", wanted.TextTemplate, existing.Template.Source);
        Compare("language", wanted.Language, existing.Language);
        Compare("fold_accents", wanted.FoldAccents, existing.Settings.FoldAccents ?? true);
        Compare("chunk_tokens", wanted.ChunkTokens, existing.ChunkTokens);
        Compare("chunk_overlap", wanted.ChunkOverlap, existing.ChunkOverlap);
        Compare("chunk_by", wanted.ChunkBy, existing.Settings.ChunkBy ?? StoredSettings.BySentence);
        Compare("index.type", wanted.Index?.Type, existing.Space.Type);
        Compare("index.m", wanted.Index?.M, existing.Space.M);
        Compare("index.ef_construction", wanted.Index?.EfConstruction, existing.Space.EfConstruction);
        var different = errors.ToDictionary();
        if (different.Count > 0)
        {
            throw new ApiException(
                StatusCodes.Status409Conflict,
                "The collection exists with different settings.",
                $"\"{existing.Name}\" has a different {string.Join(", ", different.Keys)}. "
                    + "Changing it would require re-indexing all documents: omit it, or create a new collection. "
                    + "Only fields, weights, fusion, rerank and rerank_depth can be changed."
            )
            {
                Errors = different,
            };
        }

        void Compare<T>(string field, T? given, T has)
        {
            if (given is not null && !given.Equals(has))
            {
                errors.Add(field, $"The collection has {has}.");
            }
        }
    }

    private async Task<CollectionRecord> UpdateAsync(CollectionRecord row, CollectionSettings settings, CancellationToken cancellationToken)
    {
        var fields = CollectionFields.Complete(settings.Fields);
        var changed = row.Settings with
        {
            Fields = fields is null || CollectionFields.Same(fields, row.Fields) ? row.Settings.Fields : fields,
            Weights = settings.Weights ?? row.Settings.Weights,
            Fusion = settings.Fusion ?? row.Settings.Fusion,
            Rerank = settings.Rerank ?? row.Settings.Rerank,
            RerankDepth = settings.RerankDepth ?? row.Settings.RerankDepth,
        };
        if (changed == row.Settings)
        {
            return row;
        }

        await store.UpdateAsync(row, changed, cancellationToken);
        return row with { Settings = changed };
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9_-]{0,62}\\z", RegexOptions.CultureInvariant)]
    private static partial Regex NameRule();
}
