using EmbedPlatform.SearchApi.Models;
using EmbedPlatform.SearchApi.Search.Browsing;
using EmbedPlatform.SearchApi.Search.Dense;
using EmbedPlatform.SearchApi.Search.Hits;
using EmbedPlatform.SearchApi.Search.Legs;
using EmbedPlatform.SearchApi.Search.Lexical;
using EmbedPlatform.SearchApi.Search.Paging;
using EmbedPlatform.SearchApi.Search.Ranking;
using EmbedPlatform.SearchApi.Search.Reads;
using EmbedPlatform.SearchApi.Search.Suggesting;
using EmbedPlatform.SearchApi.Search.Typing;
using EmbedPlatform.SearchApi.Storage.Distribution;
using EmbedPlatform.SearchApi.Storage.Hosts;
using EmbedPlatform.ServiceDefaults.Configuration;
using Microsoft.Extensions.Options;
using Npgsql;

namespace EmbedPlatform.SearchApi.Search;

internal static class SearchRegistration
{
    public static void AddSearch(this IServiceCollection services)
    {
        services
            .AddPlatformOptions<SearchOptions>(
                SearchOptions.SectionName,
                new Dictionary<string, string>
                {
                    ["CachePatience"] = nameof(SearchOptions.CacheTimeout),
                    ["CacheTime"] = nameof(SearchOptions.CacheTimeToLive),
                    ["ResultCacheTime"] = nameof(SearchOptions.ResultCacheTimeToLive),
                    ["CursorTime"] = nameof(SearchOptions.CursorTimeToLive),
                }
            )
            .Validate(search => search.Fused?.Rerank is null, "Search:Fused:Rerank has no effect; use Search:Reranked:Rerank")
            .Validate(
                search => search.Typo.TwoEditsFrom >= search.Typo.OneEditFrom,
                "Search:Typo:TwoEditsFrom must be at least Search:Typo:OneEditFrom"
            )
            .Validate(search => search.HasSoundWeights, "Search:Fused and Search:Reranked: a weight must be from 0 to 100");

        services.AddSingleton<StandbyHealth>();
        services.AddSingleton(CreateReads);
        services.AddSingleton<ScopeResolver>();

        services.AddSingleton<WordDictionaryReader>();
        services.AddSingleton<WordDictionaries>();
        services.AddSingleton<QueryTyping>();

        services.AddSingleton<PostingReader>();
        services.AddSingleton<PostingCache>();
        services.AddSingleton<CachedPostingQueries>();
        services.AddSingleton<LexicalSearch>();
        services.AddSingleton<PhraseMatcher>();

        services.AddSingleton<DenseSearch>();
        services.AddSingleton<DocumentVectors>();

        services.AddTransient<QueryEmbedder>();
        services.AddTransient<IQueryEmbedder, CachedQueryEmbedder>();

        services.AddSingleton(CreateModelInfo);
        services.AddSingleton<FusionPlanner>();
        services.AddSingleton<PassageLoader>();
        services.AddTransient<ISearchLeg, LexicalLeg>();
        services.AddTransient<ISearchLeg, DenseLeg>();
        services.AddTransient<HybridRetriever>();
        services.AddTransient<RerankStep>();
        services.AddTransient<Ranker>();

        services.AddSingleton<MatchCounter>();
        services.AddSingleton<HitLoader>();
        services.AddSingleton<HitFactory>();
        services.AddSingleton<ChunkGroups>();

        services.AddSingleton<CursorStore>();
        services.AddSingleton<PageService>();

        services.AddSingleton<DocumentLister>();
        services.AddSingleton<BrowseCursors>();
        services.AddTransient<Browser>();
        services.AddTransient<BrowsePages>();

        services.AddSingleton<SearchPlanner>();
        services.AddTransient<SearchResponseFactory>();
        services.AddTransient<SearchService>();
        services.AddTransient<Recommender>();
        services.AddTransient<BatchSearch>();
        services.AddTransient<SemanticSearch>();
        services.AddTransient<TextAnalysis>();
        services.AddSingleton<SuggestedTitles>();
        services.AddTransient<SuggestService>();
        services.AddSingleton<ResultCache>();
        services.AddSingleton<CacheFlusher>();
    }

    private static ModelInfoProvider CreateModelInfo(IServiceProvider services) =>
        new(
            services,
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<IOptions<SearchOptions>>().Value.EmbedTimeout
        );

    private static SearchReads CreateReads(IServiceProvider services)
    {
        var (primary, distribution) = (services.GetRequiredService<NpgsqlDataSource>(), services.GetRequiredService<IDistribution>());
        return services.GetRequiredService<DatabaseHosts>().Standbys is { } standbys
            ? new SearchReads(primary, distribution, new StandbyReads(standbys, services.GetRequiredService<StandbyHealth>()))
            : new SearchReads(primary, distribution);
    }
}
