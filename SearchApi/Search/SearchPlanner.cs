using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Failures;
using EmbedPlatform.SearchApi.Filters;
using EmbedPlatform.SearchApi.Search.Hits;
using EmbedPlatform.SearchApi.Search.Lexical;
using EmbedPlatform.SearchApi.Search.Ranking;
using EmbedPlatform.ServiceDefaults.Http;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.SearchApi.Search;

/// <summary>Checks requests and fills in the defaults.</summary>
internal sealed class SearchPlanner(RerankPace pace, IOptions<SearchOptions> options)
{
    private const int LongestQuery = 10_000;
    private const int LongestPhrase = 500;
    private const int MostChunks = 20;
    private const int DefaultLimit = 20;
    private const int LargestLimit = 1_000;
    private const int LargestDepth = 1_000;
    private const int LargestOffset = 10_000;
    private const int MostFacets = 20;
    private const int DefaultFacetLimit = 10;
    private const int DefaultChunks = 3;
    private const int MostFields = 100;

    /// <summary>The plan of a request.</summary>
    /// <exception cref="ApiException">400 that names every wrong field.</exception>
    public SearchPlan Plan(SearchRequest request, CollectionRow collection)
    {
        var errors = new Dictionary<string, string[]>();
        CheckQuery(request.Query, errors);
        Within(request.Limit, 1, LargestLimit, "limit", errors);
        Within(request.Offset, 0, LargestOffset, "offset", errors);
        Within(request.RerankDepth, 1, LargestDepth, "rerank_depth", errors);
        Within(request.LegDepth, 1, LargestDepth, "leg_depth", errors);
        CheckWords(request, errors);
        var filter = request.Filter is null ? null : new FilterParser(collection.Fields, errors).Read(request.Filter, "filter");
        var marks =
            request.Mode == SearchMode.Dense
                ? new QueryMarks(request.Query!, request.Query!, [], [])
                : QueryMarks.Read(request.Query ?? string.Empty);
        CheckMarks(marks, errors);
        CheckGroup(request, errors);
        var facets = Facets(request.Facets, collection.Fields, errors);
        var fields = Fields(request.Fields, errors);
        return errors.Count > 0
            ? throw ApiException.Invalid(errors)
            : Decide(request, collection, marks) with
            {
                Filter = WithPhrases(filter, marks, collection),
                Facets = facets,
                Shape = new HitShape(fields, request.Highlight ?? false),
            };
    }

    /// <summary>A request with its defaults filled in: requests that mean the same search are equal.</summary>
    public static SearchRequest Normalise(SearchRequest request, SearchPlan plan) =>
        request with
        {
            Limit = plan.Limit,
            Offset = plan.Offset,
            Mode = plan.Mode,
            // What became of these is a part of the key: it depends on the models and the collection's settings.
            Rerank = null,
            RerankDepth = null,
            Fusion = null,
            Weights = null,
            LegDepth = plan.LegDepth,
            Fill = plan.Fill,
            Exact = plan.Exact,
            Total = plan.Total,
            Highlight = plan.Shape.Highlight,
            Pages = null,
            Cache = null,
        };

    /// <summary>Checks a query's text.</summary>
    public static void CheckQuery(string? query, Dictionary<string, string[]> errors, string field = "query")
    {
        if (TextRules.IsBlank(query))
        {
            errors[field] = ["must not be blank"];
        }
        else if (query.Length > LongestQuery)
        {
            errors[field] = [$"has more than {LongestQuery} characters"];
        }
        else if (query.Contains('\0'))
        {
            errors[field] = ["holds a NUL character"];
        }
    }

    private static void CheckMarks(QueryMarks marks, Dictionary<string, string[]> errors)
    {
        if (marks.Phrases.Count > QueryMarks.Most || marks.Prefixes.Count > QueryMarks.Most)
        {
            errors["query"] = [$"has more than {QueryMarks.Most} phrases or more than {QueryMarks.Most} beginnings of words"];
        }
        else if (marks.Phrases.Any(phrase => phrase.Length > LongestPhrase))
        {
            errors["query"] = [$"A phrase in it has more than {LongestPhrase} characters."];
        }
    }

    private static void CheckGroup(SearchRequest request, Dictionary<string, string[]> errors)
    {
        Within(request.Group?.Chunks, 1, MostChunks, "group.chunks", errors);
        if (request is { Group: not null, Pages: true })
        {
            errors["group"] = ["Pages by cursor keep no query to choose chunks by: leave out group or pages."];
        }
    }

    private static FilterNode? WithPhrases(FilterNode? filter, QueryMarks marks, CollectionRow collection)
    {
        FilterNode[] parts =
        [
            .. filter is null ? [] : new[] { filter },
            .. marks.Phrases.Select(phrase => new FilterNode.Phrase(collection.Id, collection.Language, phrase)),
        ];
        return parts.Length switch
        {
            0 => null,
            1 => parts[0],
            _ => new FilterNode.All(parts),
        };
    }

    /// <summary>Checks a whole number.</summary>
    public static void Within(int? value, int least, int most, string field, Dictionary<string, string[]> errors)
    {
        if (value < least || value > most)
        {
            errors[field] = [$"must be from {least} to {most}"];
        }
    }

    private static void CheckWords(SearchRequest request, Dictionary<string, string[]> errors)
    {
        if (request.Mode is { } mode && !Enum.IsDefined(mode))
        {
            errors["mode"] = ["must be hybrid, lexical or dense"];
        }

        if (request.Rerank is { } rerank && !Enum.IsDefined(rerank))
        {
            errors["rerank"] = ["must be always, never or auto"];
        }

        if (request.Fusion is { } fusion && !Enum.IsDefined(fusion))
        {
            errors["fusion"] = ["must be score or rrf"];
        }

        if (request.Threshold is { } threshold && !double.IsFinite(threshold))
        {
            errors["threshold"] = ["must be a number"];
        }

        SettingsRules.CheckWeights(request.Weights, errors);

        if (request.Pages == true && request.Offset > 0)
        {
            errors["offset"] = ["Pages begin at the first document; follow metadata.next."];
        }
    }

    private static List<(MetadataPath Path, int Limit)> Facets(
        IReadOnlyList<FacetRequest?>? facets,
        IReadOnlyDictionary<string, FieldSettings>? declared,
        Dictionary<string, string[]> errors
    )
    {
        Within(facets?.Count, 0, MostFacets, "facets", errors);
        var paths = new List<(MetadataPath, int)>();
        for (var i = 0; i < Math.Min(MostFacets, facets?.Count ?? 0); i++)
        {
            if (MetadataPath.Check(facets![i]?.Field) is { } fault)
            {
                errors[$"facets[{i}].field"] = [fault];
                continue;
            }

            if (declared is not null && declared.GetValueOrDefault(facets[i]!.Field!) is not { Facet: true })
            {
                errors[$"facets[{i}].field"] = [$"The collection does not declare \"{facets[i]!.Field}\" as a facet."];
                continue;
            }

            Within(facets[i]!.Limit, 1, LargestLimit, $"facets[{i}].limit", errors);
            paths.Add((new MetadataPath(facets[i]!.Field!), facets[i]!.Limit ?? DefaultFacetLimit));
        }

        return paths;
    }

    private static List<string>? Fields(IReadOnlyList<string?>? fields, Dictionary<string, string[]> errors)
    {
        Within(fields?.Count, 0, MostFields, "fields", errors);
        for (var i = 0; i < Math.Min(MostFields, fields?.Count ?? 0); i++)
        {
            if (HitShape.Check(fields![i]) is { } fault)
            {
                errors[$"fields[{i}]"] = [fault];
            }
        }

        return fields?.OfType<string>().ToList();
    }

    private SearchPlan Decide(SearchRequest request, CollectionRow collection, QueryMarks marks)
    {
        var limit = request.Limit ?? DefaultLimit;
        var offset = request.Offset ?? 0;
        var mode = request.Mode ?? SearchMode.Hybrid;
        var own = collection.Settings;
        var rerank = request.Rerank ?? (mode == SearchMode.Hybrid ? own.Rerank ?? options.Value.Rerank : RerankMode.Never);
        var rerankDepth = request.RerankDepth ?? own.RerankDepth;
        var pages = request.Pages ?? false;
        // A fused score depends on the pool, so that all pages of a hybrid search must come from the same one; a single leg may go on.
        var depth =
            mode == SearchMode.Hybrid
                ? request.LegDepth
                    ?? (
                        request.Fill == false
                            ? options.Value.LegDepth
                            : Math.Max(options.Value.LegDepth, Math.Max(limit, request.RerankDepth ?? 0))
                    )
            : pages ? options.Value.PageWindow
            : Math.Max(
                offset + limit,
                rerank == RerankMode.Never
                    ? 0
                    : rerankDepth ?? pace.DepthUpTo(options.Value.RerankDepth ?? SearchOptions.DefaultRerankDepth)
            );
        return new SearchPlan
        {
            Query = request.Query!,
            Marks = marks,
            Mode = mode,
            Limit = limit,
            Offset = offset,
            Rerank = rerank,
            RerankDepth = rerankDepth,
            LegDepth = depth,
            Method = request.Fusion,
            Fill = request.Fill ?? true,
            Weights = request.Weights,
            Threshold = request.Threshold,
            Exact = request.Exact ?? false,
            Pages = pages,
            Chunks = request.Group is { } group ? group.Chunks ?? DefaultChunks : 0,
            Cache = request.Cache ?? true,
            Total = request.Total ?? false,
            Shape = new HitShape(null, false),
        };
    }
}
