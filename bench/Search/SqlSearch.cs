using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Search;
using EmbedPlatform.SearchApi.Search.Dense;
using EmbedPlatform.SearchApi.Search.Hits;
using EmbedPlatform.SearchApi.Search.Lexical;
using EmbedPlatform.SearchApi.Search.Ranking;
using EmbedPlatform.SearchApi.Search.Reads;
using EmbedPlatform.SearchApi.Search.Typing;
using EmbedPlatform.SearchApi.Storage.Distribution;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.Bench.Search;

/// <summary>
/// Runs only the SQL of a hybrid search: no HTTP, no JSON, no Redis, no EmbedService. The statements are SearchApi's own, through Npgsql in
/// this process, in the same order: lexical and dense legs, each leg's scores of the other's hits, the documents of the page.
/// </summary>
internal sealed class SqlSearch
{
    private static readonly FusionRule Rule = new(FusionMode.Score, 60, new LegWeights { Lexical = 1, Dense = 0.5 }, "fixed");

    private readonly CollectionRecord _collection;
    private readonly FixedEmbedder _embedder = new();
    private readonly HybridRetriever _retriever;
    private readonly HitLoader _loader;
    private readonly SearchPlanner _planner;

    public SqlSearch(SearchTarget target)
    {
        var options = Options.Create(new SearchOptions());
        _collection = target.Collection;
        _planner = new SearchPlanner(options);
        var reads = new SearchReads(target.Database, new SingleServer());
        _loader = new HitLoader(reads);
        var postings = new PostingReader(reads, new SingleServer());
        var lexical = new LexicalSearch(
            reads,
            postings,
            new CachedPostingQueries(new PostingCache(postings, options, TimeProvider.System)),
            new QueryTyping(new WordDictionaries(new WordDictionaryReader(reads), options, TimeProvider.System), options),
            options
        );
        _retriever = new HybridRetriever(
            [new LexicalLeg(lexical), new DenseLeg(new DenseSearch(reads), _embedder, options)],
            new ScopeResolver(reads, new PhraseMatcher(reads), options)
        );
    }

    /// <summary>Finds and loads the first page.</summary>
    public async Task RunAsync(string query, float[] vector)
    {
        _embedder.Vector = vector;
        var plan = _planner.Plan(new SearchRequest { Query = query, Rerank = RerankMode.Never }, _collection);
        var found = await _retriever.RetrieveAsync(_collection, plan, default);
        var page = Fusion.Fuse(found.Pool, Rule).Take(plan.Limit).ToList();
        await _loader.LoadAsync(_collection, found.Terms, page, default);
    }

    private sealed class FixedEmbedder : IQueryEmbedder
    {
        public float[] Vector { get; set; } = [];

        public Task<QueryVector> EmbedAsync(EmbeddingSpace space, string query, CancellationToken cancellationToken) =>
            Task.FromResult(new QueryVector(Vector, Truncated: false, Cached: true));
    }
}
