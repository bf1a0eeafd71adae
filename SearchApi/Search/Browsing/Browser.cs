using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Search.Hits;
using EmbedPlatform.SearchApi.Search.Lexical;
using EmbedPlatform.SearchApi.Search.Ranking;

namespace EmbedPlatform.SearchApi.Search.Browsing;

/// <summary>
/// Answers the searches that list documents: without a query, sorted, or grouped by a field. Without a query, every document within the
/// filter matches; otherwise those that a leg matches. Without a threshold the dense leg matches the documents that it retrieved, because
/// every document has some similarity.
/// </summary>
internal sealed class Browser(
    HybridRetriever retriever,
    Ranker ranker,
    PhraseMatcher phrases,
    DocumentLister lister,
    MatchCounter counter,
    HitFactory hits,
    ChunkGroups chunks,
    BrowseCursors cursors
)
{
    private static readonly LexicalQuery NoWords = new([], [], [], 1);
    private static readonly RerankOutcome NotRanked = new(false, "the search has no query", 0, 0);
    private static readonly RerankOutcome Sorted = new(false, "the search is sorted", 0, 0);

    /// <param name="request">The request, which a cursor continues.</param>
    /// <param name="previous">The search whose next page this is; null for a new search.</param>
    public async Task<SearchResponse> BrowseAsync(
        CollectionRecord collection,
        SearchPlan plan,
        SearchRequest request,
        BrowseContinuation? previous,
        CancellationToken cancellationToken
    )
    {
        var start = Stopwatch.GetTimestamp();
        // A threshold of relevance selects documents by their ranking, also if they are sorted afterwards.
        var ranks = plan.Browse!.IsRanked || plan is { Browse.HasQuery: true, ScoresRelevance: true, Threshold: not null };
        var ranking = ranks ? await ranker.RankAsync(collection, plan, start, cancellationToken) : null;
        var found = ranking?.Retrieved ?? await FindAsync(collection, plan, cancellationToken);
        var matched = ranking is null
            ? new MatchedSet(found.Scope, plan.Browse.HasQuery ? found.Legs : null)
            : MatchedSet.Of(plan, ranking);
        matched = matched with { CandidatesOnly = true };
        var listing =
            ranking is null || !plan.Browse.IsRanked
                ? await lister.ListAsync(collection, plan, matched, previous?.Position, cancellationToken)
                : await GroupAsync(collection, plan, matched, ranking, cancellationToken);
        var counts = plan.Counts && previous is null ? await counter.CountAsync(collection, plan, matched, cancellationToken) : null;
        var results = await MakeAsync(collection, plan, found, ranking, listing, cancellationToken);
        var (total, groups) = previous is null
            ? (plan.Total ? counts?.Total : null, plan.Total ? listing.Groups : null)
            : (previous.Total, previous.Groups);
        // Listings have no end; the groups of a ranking end with its candidates.
        var relation = plan.Browse.IsRanked && total > ranking!.Ordered.Count ? TotalRelation.AtLeast : TotalRelation.Equal;
        var timings = SearchTimings.OfTotal(Math.Round(Stopwatch.GetElapsedTime(start).TotalMilliseconds, 3));
        var rerank =
            !plan.Browse.HasQuery ? NotRanked
            : plan.Browse.IsRanked ? ranking!.Rerank
            : Sorted;
        return new SearchResponse(
            results,
            new SearchMetadata(results.Count, plan.Mode, rerank, ranking?.Degraded ?? found.Degraded, timings)
            {
                Total = total,
                TotalRelation = total is null ? null : relation,
                Pageable = relation == TotalRelation.AtLeast ? ranking!.Ordered.Count : null,
                Groups = groups,
                Excluded = plan.Excluded,
                Next = plan.Pages && listing.HasMore ? await NextAsync() : null,
            }
        )
        {
            Facets = plan.Facets.Count > 0 ? counts?.Facets : null,
        };

        Task<string> NextAsync()
        {
            var last = listing.Entries[^1].Best;
            return cursors.KeepAsync(
                collection,
                new BrowseContinuation(request, new BrowsePosition(last.Row, last.Keys), total, groups),
                cancellationToken
            );
        }
    }

    private async Task<RetrievalResult> FindAsync(CollectionRecord collection, SearchPlan plan, CancellationToken cancellationToken)
    {
        if (plan.Browse!.HasQuery)
        {
            return await retriever.RetrieveAsync(collection, plan, cancellationToken);
        }

        var filter = plan.Filter is null ? null : await phrases.ResolveAsync(collection, plan.Filter, cancellationToken);
        return new RetrievalResult([], [], new SearchScope(filter, null, false));
    }

    private async Task<Listing> GroupAsync(
        CollectionRecord collection,
        SearchPlan plan,
        MatchedSet matched,
        RankedCandidates ranking,
        CancellationToken cancellationToken
    )
    {
        long[] rows = [.. ranking.Ordered.Select(candidate => candidate.DocumentId)];
        var all = await lister.GroupAsync(collection, plan.Browse!, matched, rows, cancellationToken);
        return all with { Entries = [.. all.Entries.Skip(plan.Offset).Take(plan.Limit)] };
    }

    private async Task<List<SearchHit>> MakeAsync(
        CollectionRecord collection,
        SearchPlan plan,
        RetrievalResult found,
        RankedCandidates? ranking,
        Listing listing,
        CancellationToken cancellationToken
    )
    {
        // A candidate of a leg has its best chunk; a ranked one its scores, too.
        var known = (ranking?.Ordered ?? (IEnumerable<Candidate>)found.Pool).ToDictionary(candidate => candidate.DocumentId);
        var documents = listing.Entries.SelectMany(entry => entry.Others.Prepend(entry.Best)).ToList();
        var isRanked = plan.Browse!.IsRanked;
        var page = documents.ConvertAll(document => ToCandidate(known.GetValueOrDefault(document.Row), document.Row, isRanked));
        var words = plan.Browse.HasQuery ? found.Terms : NoWords;
        var made = await hits.MakeAsync(collection, plan.Query, words, plan.Syntax.Typing, plan.Shape, page, cancellationToken);
        made = plan.Chunks > 0 && made.Count > 0 ? await chunks.AddAsync(collection, plan, found, page, made, cancellationToken) : made;
        var byId = made.ToDictionary(hit => hit.Id, StringComparer.Ordinal);
        var distance = plan.Browse.Sort.Select(column => column.Type).ToList().IndexOf(SortType.Distance);
        return [.. listing.Entries.Select(entry => Entry(plan.Browse, entry, byId, distance)).OfType<SearchHit>()];
    }

    private static SearchHit? Entry(BrowsePlan plan, ListedGroup entry, Dictionary<string, SearchHit> byId, int distance)
    {
        var group = entry
            .Others.Prepend(entry.Best)
            .Select(document => byId.TryGetValue(document.Id, out var hit) ? Measured(hit, document, distance) : null)
            .OfType<SearchHit>()
            .ToList();
        // Documents deleted in the meantime are omitted.
        if (group.Count == 0 || plan.GroupBy is null)
        {
            return group.FirstOrDefault();
        }

        JsonElement? value = entry.Value is { } json ? JsonSerializer.Deserialize<JsonElement>(json) : null;
        return group[0] with { Group = new HitGroup(value, entry.Count, plan.GroupLimit > 1 ? [.. group.Skip(1)] : null) };
    }

    private static SearchHit Measured(SearchHit hit, ListedDocument document, int distance) =>
        distance >= 0 && document.Keys[distance] is { } meters
            ? hit with
            {
                Distance = double.Parse(meters, CultureInfo.InvariantCulture),
            }
            : hit;

    private static Candidate ToCandidate(Candidate? known, long row, bool ranked) =>
        ranked && known is not null ? known : new Candidate(row) { ChunkId = known?.ChunkId };
}
