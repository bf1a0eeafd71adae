using System.Text.Json;
using System.Text.RegularExpressions;
using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Failures;
using EmbedPlatform.SearchApi.Storage;
using EmbedPlatform.SearchApi.Tenants;
using EmbedPlatform.ServiceDefaults.Http;

namespace EmbedPlatform.SearchApi.Collections;

/// <summary>Makes, finds and deletes the collections of the request's tenant.</summary>
internal sealed partial class CollectionService(CollectionStore store, TenantContext tenant, CollectionPlanner planner, SchemaState schema)
{
    /// <summary>A collection that must be there.</summary>
    /// <exception cref="ApiException">404 where it is not, 503 where the schema is not ready.</exception>
    public async Task<CollectionRecord> RequireAsync(string name, CancellationToken cancellationToken)
    {
        schema.Require();
        return await store.FindAsync(tenant.Tenant, Clean(name), cancellationToken) ?? throw ApiException.NoCollection(name);
    }

    /// <summary>One collection with its counts.</summary>
    public async Task<Collection> GetAsync(string name, CancellationToken cancellationToken) =>
        await store.DescribeAsync(await RequireAsync(name, cancellationToken), cancellationToken);

    /// <summary>All of the tenant's collections with their counts.</summary>
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

    /// <summary>Deletes a collection.</summary>
    /// <exception cref="ApiException">404 where there is none.</exception>
    public async Task DeleteAsync(string name, CancellationToken cancellationToken)
    {
        schema.Require();
        if (!await store.DeleteAsync(tenant.Tenant, Clean(name), cancellationToken))
        {
            throw ApiException.NoCollection(name);
        }
    }

    /// <summary>Merges changes into what can be changed without indexing again.</summary>
    /// <exception cref="ApiException">400 for a wrong setting or one that cannot be changed, 404 without the collection.</exception>
    public async Task<Collection> PatchAsync(string name, JsonElement patch, CancellationToken cancellationToken)
    {
        var row = await RequireAsync(name, cancellationToken);
        var changed = SettingsPatch.Apply(row.Settings, patch);
        await store.UpdateAsync(row, changed, cancellationToken);
        return await store.DescribeAsync(row with { Settings = changed }, cancellationToken);
    }

    /// <summary>Makes a collection; of one that is there only the declared fields and how it is ranked can change.</summary>
    /// <returns>The collection, and whether it is new.</returns>
    /// <exception cref="ApiException">400 for a wrong setting, 409 for other settings than it has, 503 without EmbedService.</exception>
    public async Task<(Collection Collection, bool Created)> PutAsync(
        string name,
        CollectionSettings settings,
        CancellationToken cancellationToken
    )
    {
        schema.Require();
        if (!NameRule().IsMatch(name))
        {
            throw ApiException.Invalid("name", "A name is 1 to 63 of a-z, 0-9, _ and -, and starts with a letter or digit.");
        }

        CollectionSettingsValidator.Check(settings);
        await CheckLanguageAsync(settings.Language, cancellationToken);
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

    // PostgreSQL cannot hold a NUL, so no name has one; asking with it would be an error instead of a 404.
    private static string Clean(string name) => name.Replace("\0", string.Empty, StringComparison.Ordinal);

    private static void CheckSame(CollectionRecord existing, CollectionSettings wanted)
    {
        var errors = new FieldErrors();
        Compare("model", wanted.Model, existing.Space.Model);
        Compare("text_template", wanted.TextTemplate, existing.Template.Source);
        Compare("language", wanted.Language, existing.Language);
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
                "The collection exists with other settings.",
                $"\"{existing.Name}\" has another {string.Join(", ", different.Keys)}. All its documents would have to be indexed again: "
                    + "leave that out, or make a new collection. Only fields, weights, fusion, rerank and rerank_depth can be changed."
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

    private async Task CheckLanguageAsync(string? language, CancellationToken cancellationToken)
    {
        if (language is null || (!language.Contains('\0') && await store.HasLanguageAsync(language, cancellationToken)))
        {
            return;
        }

        var known = await store.LanguagesAsync(cancellationToken);
        throw ApiException.Invalid("language", $"must be one of: {string.Join(", ", known)}");
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9_-]{0,62}\\z", RegexOptions.CultureInvariant)]
    private static partial Regex NameRule();
}
