using System.Diagnostics;
using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Failures;
using EmbedPlatform.SearchApi.Search.Dense;
using EmbedPlatform.SearchApi.Search.Hits;
using EmbedPlatform.SearchApi.Search.Legs;
using EmbedPlatform.SearchApi.Search.Ranking;
using EmbedPlatform.SearchApi.Search.Typing;
using EmbedPlatform.ServiceDefaults.Http;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.SearchApi.Search;

/// <summary>Finds documents similar to other documents, by their stored vectors and without calling a model.</summary>
internal sealed class Recommender(
    CollectionService collections,
    SearchPlanner planner,
    DocumentVectors vectors,
    ScopeResolver scopes,
    DenseSearch dense,
    HitFactory hits,
    IOptions<SearchOptions> options
)
{
    private const int MaxExamples = 100;

    /// <summary>Finds the documents nearest to the mean of the example documents, which are excluded.</summary>
    /// <exception cref="ApiException">
    /// 400: the request is invalid; 404: no such collection or document; 409: a document is not embedded.
    /// </exception>
    public async Task<SearchResponse> RecommendAsync(string name, RecommendRequest request, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        var collection = await collections.RequireAsync(name, cancellationToken);
        var plan = Plan(request, collection);
        var examples = await LoadAsync(collection, [.. request.Like!.OfType<string>().Distinct()], cancellationToken);
        var scope = await scopes.ResolveAsync(collection, plan.Filter, exact: false, cancellationToken);
        var own = examples.Select(document => document.DocumentId).ToHashSet();
        var wanted = plan.Limit + own.Count;
        var found = await dense.TopAsync(
            collection,
            Mean(examples),
            wanted,
            options.Value.DenseEfSearch,
            scope,
            shallow: false,
            cancellationToken
        );
        var candidates = found
            .Hits.Where(hit => !own.Contains(hit.DocumentId) && (plan.Threshold is not { } least || hit.Score >= least))
            .Take(plan.Limit)
            .Select(ToCandidate)
            .ToList();
        var results = await hits.MakeAsync(collection, string.Empty, null, TypingMode.Off, plan.Shape, candidates, cancellationToken);
        var elapsed = Math.Round(Stopwatch.GetElapsedTime(start).TotalMilliseconds, 3);
        return new SearchResponse(
            results,
            new SearchMetadata(
                results.Count,
                SearchMode.Dense,
                new RerankOutcome(false, "documents are compared by their vectors only", 0, 0),
                [],
                SearchTimings.OfTotal(elapsed) with
                {
                    Dense = elapsed,
                }
            )
        );
    }

    private SearchPlan Plan(RecommendRequest request, CollectionRecord collection)
    {
        var errors = new FieldErrors();
        if (
            request.Like is null
            || request.Like.Count is 0 or > MaxExamples
            || request.Like.Any(string.IsNullOrEmpty)
            || request.Like.Any(id => id!.Contains('\0'))
        )
        {
            errors.Add("like", $"must hold 1 to {MaxExamples} document ids");
        }

        try
        {
            var plan = planner.Plan(
                new SearchRequest
                {
                    Query = "-",
                    Mode = SearchMode.Dense,
                    Limit = request.Limit,
                    Filter = request.Filter,
                    Threshold = request.Threshold,
                    Fields = request.Fields,
                },
                collection
            );
            return !errors.Any ? plan : throw ApiException.Invalid(errors);
        }
        catch (ApiException failure) when (failure.Errors.Count > 0 && errors.Any)
        {
            throw ApiException.Invalid(errors.AddAll(failure.Errors));
        }
    }

    private async Task<IReadOnlyList<DocumentVector>> LoadAsync(
        CollectionRecord collection,
        string[] ids,
        CancellationToken cancellationToken
    )
    {
        var documents = await vectors.ReadAsync(collection, ids, cancellationToken);
        if (ids.Except(documents.Select(document => document.Id)).FirstOrDefault() is { } missing)
        {
            throw ApiException.NotFound($"There is no document \"{missing}\".");
        }

        return documents.FirstOrDefault(document => document.Vector is null) is { } waiting
            ? throw new ApiException(
                StatusCodes.Status409Conflict,
                "The document is not embedded yet.",
                $"\"{waiting.Id}\" has no vector yet."
            )
            : documents;
    }

    private static float[] Mean(IReadOnlyList<DocumentVector> documents)
    {
        var sum = new float[documents[0].Vector!.Length];
        foreach (var document in documents)
        {
            for (var i = 0; i < sum.Length; i++)
            {
                sum[i] += document.Vector![i];
            }
        }

        return DocumentVectors.Unit(sum);
    }

    private static Candidate ToCandidate(LegHit hit, int position)
    {
        var candidate = new Candidate(hit.DocumentId) { ChunkId = hit.ChunkId, Score = hit.Score };
        (candidate[SearchLeg.Dense].Rank, candidate[SearchLeg.Dense].Score, candidate[SearchLeg.Dense].Contribution) = (
            position + 1,
            hit.Score,
            hit.Score
        );
        return candidate;
    }
}
