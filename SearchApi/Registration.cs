using System.Text.Json.Serialization;
using EmbedPlatform.Client;
using EmbedPlatform.SearchApi.Assistants;
using EmbedPlatform.SearchApi.Caching;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Documents;
using EmbedPlatform.SearchApi.Failures;
using EmbedPlatform.SearchApi.Ingestion;
using EmbedPlatform.SearchApi.Models;
using EmbedPlatform.SearchApi.Searching;
using EmbedPlatform.SearchApi.Searching.Batches;
using EmbedPlatform.SearchApi.Searching.Filters;
using EmbedPlatform.SearchApi.Searching.Matching;
using EmbedPlatform.SearchApi.Searching.Paging;
using EmbedPlatform.SearchApi.Searching.Postings;
using EmbedPlatform.SearchApi.Searching.Recommending;
using EmbedPlatform.SearchApi.Searching.Semantic;
using EmbedPlatform.SearchApi.Storage;
using EmbedPlatform.SearchApi.Storage.Migrations;
using EmbedPlatform.SearchApi.Tasks;
using EmbedPlatform.SearchApi.Tenants;
using EmbedPlatform.ServiceDefaults.LoadBalancing;

namespace EmbedPlatform.SearchApi;

/// <summary>What SearchApi is made of.</summary>
internal static class Registration
{
    /// <summary>Registers storage, ingestion and search.</summary>
    public static void AddSearch(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSearchFailures();
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull);
        services.AddEmbedClient();
        services.AddRerankClient();
        // A little longer than RerankService works on a request.
        services.AddCallDefaults("rerank", calls => (calls.AttemptSeconds, calls.TotalSeconds) = (65, 75));

        services.AddSingleton<SchemaState>().AddSingleton<Migrator>().AddHostedService<MigrationService>();
        services.AddHealthChecks().AddCheck<StorageHealthCheck>("storage");

        services.AddScoped<TenantContext>();
        services.AddSingleton<CollectionStore>().AddTransient<CollectionPlanner>().AddTransient<CollectionService>();
        services.AddSingleton<DocumentWriter>().AddSingleton<DocumentStore>().AddSingleton<DocumentUpsert>().AddSingleton<DocumentPatcher>();
        services.AddSingleton<CollectionStatistics>();
        services.AddOptions<TaskOptions>().BindConfiguration("Tasks").ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<TaskStore>().AddSingleton<BulkUpload>().AddHostedService<TaskKeeper>();

        services.AddOptions<IngestionOptions>().BindConfiguration("Ingestion").ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<WorkSignal>().AddSingleton<EmbeddingQueue>().AddSingleton<EmbeddingWriter>();
        services.AddSingleton<IngestionMetrics>().AddSingleton<ChunkStore>().AddSingleton<DocumentTokens>().AddSingleton<DocumentEmbedder>().AddSingleton<Reembedding>().AddSingleton<BatchProcessor>().AddHostedService<EmbeddingWorkers>();
        services.AddSingleton<VectorIndex>().AddHostedService<VectorIndexer>();

        services.AddOptions<SearchOptions>().BindConfiguration("Search").ValidateDataAnnotations()
            .Validate(search => search.HasSoundWeights, "Search:Fused and Search:Reranked: a weight must be from 0 to 100.").ValidateOnStart();
        services.AddSingleton<PostingReader>().AddSingleton<PostingCache>().AddSingleton<MemoryQueries>();
        services.AddSingleton<LexicalSearch>().AddSingleton<DenseSearch>().AddSingleton<HitLoader>().AddSingleton<PassageLoader>();
        services.AddTransient<QueryEmbedder>().AddTransient<IQueryEmbedder, CachedQueryEmbedder>();
        services.AddSingleton<ScopeResolver>().AddSingleton<MatchedSet>().AddSingleton<Highlighter>().AddSingleton<HitFactory>().AddSingleton<ChunkGroups>();
        services.AddSingleton<CursorStore>().AddSingleton<PageService>().AddSingleton<RerankPace>().AddSingleton<SearchPlanner>().AddSingleton<ServedModels>().AddSingleton<FusionPlanner>();
        services.AddTransient<CandidateFinder>().AddTransient<RerankStep>().AddTransient<Ranker>().AddTransient<SearchService>();
        services.AddSingleton<ResultCache>().AddSingleton<CacheFlusher>().AddTransient<SearchDesk>();
        services.AddSingleton<DocumentVectors>().AddTransient<Recommender>().AddTransient<BatchSearch>().AddTransient<SemanticSearch>();
        services.AddAssistants();
    }
}
