using System.Text.RegularExpressions;
using EmbedPlatform.Client;
using EmbedPlatform.Client.Embedding;
using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Failures;
using EmbedPlatform.SearchApi.Storage;
using EmbedPlatform.SearchApi.Tenants;

namespace EmbedPlatform.SearchApi.Collections;

/// <summary>Makes, finds and deletes the collections of the request's tenant.</summary>
internal sealed partial class CollectionService(CollectionStore store, TenantContext tenant, IEmbedClient embedder, SchemaState schema)
{
    private const string DefaultLanguage = "english";
    private const int LeastChunkTokens = 16;
    private const int LargestDimension = 4000; // halfvec's limit in an HNSW index

    /// <summary>A collection that must be there.</summary>
    /// <exception cref="ApiException">404 where it is not, 503 where the schema is not ready.</exception>
    public async Task<CollectionRow> RequireAsync(string name, CancellationToken cancellationToken)
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

    /// <summary>Makes a collection; one that is there with the given settings is left as it is.</summary>
    /// <returns>The collection, and whether it is new.</returns>
    /// <exception cref="ApiException">400 for a wrong setting, 409 for other settings than it has, 503 without EmbedService.</exception>
    public async Task<(Collection Collection, bool Created)> PutAsync(
        string name, CollectionSettings settings, CancellationToken cancellationToken)
    {
        schema.Require();
        if (!NameRule().IsMatch(name))
        {
            throw ApiException.Invalid("name", "A name is 1 to 63 of a-z, 0-9, _ and -, and starts with a letter or digit.");
        }

        await CheckLanguageAsync(settings.Language, cancellationToken);
        if (await store.FindAsync(tenant.Tenant, name, cancellationToken) is { } existing)
        {
            CheckSame(existing, settings);
            return (await store.DescribeAsync(existing, cancellationToken), false);
        }

        var created = await store.CreateAsync(await PlanAsync(name, settings, cancellationToken), cancellationToken);
        var row = await RequireAsync(name, cancellationToken);
        CheckSame(row, settings);
        return (await store.DescribeAsync(row, cancellationToken), created);
    }

    // PostgreSQL cannot hold a NUL, so no name has one; asking with it would be an error instead of a 404.
    private static string Clean(string name) => name.Replace("\0", string.Empty, StringComparison.Ordinal);

    private static void CheckSame(CollectionRow existing, CollectionSettings wanted)
    {
        var errors = new Dictionary<string, string[]>();
        Compare("language", wanted.Language, existing.Language);
        Compare("chunk_tokens", wanted.ChunkTokens, existing.ChunkTokens);
        Compare("chunk_overlap", wanted.ChunkOverlap, existing.ChunkOverlap);
        if (errors.Count > 0)
        {
            throw new ApiException(StatusCodes.Status409Conflict, "The collection exists with other settings.",
                $"\"{existing.Name}\" exists with other settings; delete it or leave them out.")
            {
                Errors = errors,
            };
        }

        void Compare<T>(string field, T? given, T has)
        {
            if (given is not null && !given.Equals(has))
            {
                errors[field] = [$"The collection has {has}."];
            }
        }
    }

    private async Task CheckLanguageAsync(string? language, CancellationToken cancellationToken)
    {
        if (language is null || (!language.Contains('\0') && await store.HasLanguageAsync(language, cancellationToken)))
        {
            return;
        }

        var known = await store.LanguagesAsync(cancellationToken);
        throw ApiException.Invalid("language", $"It is none of: {string.Join(", ", known)}.");
    }

    private async Task<NewCollection> PlanAsync(string name, CollectionSettings settings, CancellationToken cancellationToken)
    {
        var model = await AskModelAsync(cancellationToken);
        if (model.Dimension > LargestDimension)
        {
            throw new ApiException(StatusCodes.Status422UnprocessableEntity, "The model cannot be indexed.",
                $"{model.Model} makes vectors of {model.Dimension} numbers; at most {LargestDimension} can be indexed.");
        }

        var tokens = settings.ChunkTokens ?? model.MaxTokens;
        if (tokens < LeastChunkTokens || tokens > model.MaxTokens)
        {
            throw ApiException.Invalid("chunk_tokens", $"It must be from {LeastChunkTokens} to {model.MaxTokens}, what {model.Model} reads.");
        }

        var overlap = settings.ChunkOverlap ?? tokens / 8;
        if (overlap < 0 || overlap > tokens / 2)
        {
            throw ApiException.Invalid("chunk_overlap", $"It must be from 0 to {tokens / 2}, half of chunk_tokens.");
        }

        return new NewCollection(tenant.Tenant, name, settings.Language ?? DefaultLanguage, tokens, overlap, model.Model, model.Revision, model.Dimension);
    }

    private async Task<EmbedInfo> AskModelAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await embedder.GetInfoAsync(cancellationToken);
        }
        catch (Exception failure) when (failure is PlatformException or HttpRequestException or TimeoutException)
        {
            throw ApiException.Unavailable(
                $"A new collection takes its model from EmbedService, which does not answer: {failure.Message}",
                (failure as PlatformException)?.RetryAfter);
        }
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9_-]{0,62}\\z", RegexOptions.CultureInvariant)]
    private static partial Regex NameRule();
}
