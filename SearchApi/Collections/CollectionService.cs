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
    SchemaState schema,
    DatabaseHosts hosts
)
{
    /// <exception cref="ApiException">404: no such collection; 503: the schema is not ready.</exception>
    public async Task<CollectionRecord> RequireAsync(string name, CancellationToken cancellationToken)
    {
        schema.Require();
        var timeline = hosts.Timeline.Current;
        var row = await store.FindAsync(tenant.Tenant, Clean(name), cancellationToken) ?? throw ApiException.NoCollection(name);
        return row with { Timeline = timeline };
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

    /// <exception cref="ApiException">404: no such collection.</exception>
    public async Task DeleteAsync(string name, CancellationToken cancellationToken)
    {
        schema.Require();
        if (!await store.DeleteAsync(tenant.Tenant, Clean(name), cancellationToken))
        {
            throw ApiException.NoCollection(name);
        }
    }

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
    /// 400: a setting is invalid; 409: the collection has other settings; 503: EmbedService is down.
    /// </exception>
    public async Task<(Collection Collection, bool Created)> PutAsync(
        string name,
        CollectionSettings settings,
        CancellationToken cancellationToken
    )
    {
        schema.Require();
        if (!NameRule().IsMatch(name))
        {
            throw ApiException.Invalid("name", "must be 1 to 63 of a-z, 0-9, _ and -, starting with a letter or digit");
        }

        CollectionSettingsValidator.Check(settings);
        if (await store.FindAsync(tenant.Tenant, name, cancellationToken) is { } existing)
        {
            CheckSame(existing, settings);
            return (await store.DescribeAsync(await UpdateAsync(existing, settings, cancellationToken), cancellationToken), false);
        }

        var created = await store.CreateAsync(await planner.PlanAsync(tenant.Tenant, name, settings, cancellationToken), cancellationToken);
        var row = await RequireAsync(name, cancellationToken);
        CheckSame(row, settings);
        return (await store.DescribeAsync(row, cancellationToken), created);
    }

    // PostgreSQL cannot store NUL: without this, the lookup would fail rather than return 404.
    private static string Clean(string name) => name.Replace("\0", string.Empty, StringComparison.Ordinal);

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
