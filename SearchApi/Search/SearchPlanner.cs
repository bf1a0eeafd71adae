using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Failures;
using EmbedPlatform.SearchApi.Filters;
using EmbedPlatform.SearchApi.Search.Browsing;
using EmbedPlatform.SearchApi.Search.Hits;
using EmbedPlatform.SearchApi.Search.Lexical;
using EmbedPlatform.SearchApi.Search.Ranking;
using EmbedPlatform.SearchApi.Search.Typing;
using EmbedPlatform.ServiceDefaults.Http;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.SearchApi.Search;

/// <summary>Validates requests and resolves their defaults.</summary>
internal sealed class SearchPlanner(IOptions<SearchOptions> options)
{
    private const int MaxQueryLength = 10_000;
    private const int MaxPhraseLength = 500;
    private const int MaxChunks = 20;
    private const int DefaultLimit = 20;
    private const int MaxLimit = 1_000;
    private const int MaxDepth = 1_000;
    private const int MaxOffset = 10_000;
    private const int MaxTimeout = 300_000;
    private const int DefaultChunks = 3;
    private const int MaxFields = 100;
    private const int MaxFragments = 10;
    private const int MaxTagLength = 100;

    /// <exception cref="ApiException">400 with every invalid field.</exception>
    public SearchPlan Plan(SearchRequest request, CollectionRecord collection)
    {
        var errors = new FieldErrors();
        if (!BrowsePlanner.IsEverything(request.Query))
        {
            CheckQuery(request.Query, errors);
        }

        CheckRange(request.Limit, 1, MaxLimit, "limit", errors);
        CheckRange(request.Offset, 0, MaxOffset, "offset", errors);
        CheckRange(request.RerankDepth, 1, MaxDepth, "rerank_depth", errors);
        CheckRange(request.LegDepth, 1, MaxDepth, "leg_depth", errors);
        CheckRange(request.TimeoutMs, 1, MaxTimeout, "timeout_ms", errors);
        CheckWords(request, errors);
        CheckHighlight(request.Highlight, errors);
        var filter = request.Filter is null ? null : new FilterParser(collection.Fields, errors).Read(request.Filter, "filter");
        var syntax =
            BrowsePlanner.IsEverything(request.Query) ? QuerySyntax.Read(string.Empty)
            : request.Mode == SearchMode.Dense ? new QuerySyntax(request.Query!, request.Query!, [], [])
            : QuerySyntax.Read(request.Query!) with
            {
                Typing = new TypingMode(request.TypoTolerance ?? options.Value.Typo.Enabled, request.Prefix ?? false),
            };
        CheckSyntax(syntax, errors);
        CheckTyping(request, errors);
        CheckGroup(request, errors);
        var facets = new FacetPlanner(collection.Fields, errors).Plan(request.Facets);
        var fields = Fields(request.Fields, errors);
        var browse = BrowsePlanner.Plan(request, collection, syntax, errors);
        return errors.Any
            ? throw ApiException.Invalid(errors)
            : Adjust(Decide(request, collection, syntax), request, browse) with
            {
                Filter = WithPhrases(filter, syntax),
                Facets = facets,
                Browse = browse,
                Shape = new HitFields(fields, request.Highlight),
            };
    }

    /// <summary>Sets the defaults in a request, so that equivalent requests are equal.</summary>
    public static SearchRequest Normalise(SearchRequest request, SearchPlan plan) =>
        request with
        {
            Limit = plan.Limit,
            Offset = plan.Offset,
            Mode = plan.Mode,
            // The key contains their resolved values, which also depend on the models and the collection's settings.
            Rerank = null,
            RerankDepth = null,
            Fusion = null,
            Weights = null,
            LegDepth = plan.LegDepth,
            Fill = plan.Fill,
            // A response that it shortened is not cached.
            TimeoutMs = null,
            Exact = plan.Exact,
            Total = plan.Total,
            Highlight = plan.Shape.Highlight,
            TypoTolerance = plan.Syntax.Typing.Typos,
            Prefix = plan.Syntax.Typing.Prefix,
            Pages = null,
            Cache = null,
        };

    public static void CheckQuery(string? query, FieldErrors errors, string field = "query")
    {
        if (TextRules.IsBlank(query))
        {
            errors.Add(field, "must not be blank");
        }
        else if (query.Length > MaxQueryLength)
        {
            errors.Add(field, $"has more than {MaxQueryLength} characters");
        }
        else if (query.Contains('\0'))
        {
            errors.Add(field, "contains a NUL character");
        }
    }

    private static void CheckSyntax(QuerySyntax syntax, FieldErrors errors)
    {
        if (syntax.Phrases.Count > QuerySyntax.MaxPerKind || syntax.Prefixes.Count > QuerySyntax.MaxPerKind)
        {
            errors.Add("query", $"has more than {QuerySyntax.MaxPerKind} phrases or more than {QuerySyntax.MaxPerKind} prefixes");
        }
        else if (syntax.Exclusions.Count > QuerySyntax.MaxPerKind)
        {
            errors.Add("query", $"excludes more than {QuerySyntax.MaxPerKind} words and phrases");
        }
        else if (syntax.Exclusions.Any(exclusion => exclusion.Text.Length > MaxPhraseLength))
        {
            errors.Add("query", $"excludes a word or a phrase of more than {MaxPhraseLength} characters");
        }
        else if (syntax.Phrases.Any(phrase => phrase.Words.Length > MaxPhraseLength))
        {
            errors.Add("query", $"has a phrase of more than {MaxPhraseLength} characters");
        }
    }

    private static void CheckHighlight(HighlightRequest? highlight, FieldErrors errors)
    {
        CheckRange(highlight?.Fragments, 0, MaxFragments, "highlight.fragments", errors);
        CheckRange(highlight?.PreTag?.Length, 0, MaxTagLength, "highlight.pre_tag", errors, "characters");
        CheckRange(highlight?.PostTag?.Length, 0, MaxTagLength, "highlight.post_tag", errors, "characters");
    }

    private static void CheckGroup(SearchRequest request, FieldErrors errors)
    {
        CheckRange(request.Group?.Chunks, 1, MaxChunks, "group.chunks", errors);
        if (request is { Group: { } group, Pages: true } && (group.Field is null || group.Chunks is not null))
        {
            errors.Add("group", "cannot be combined with pages: a cursor does not store the query needed to choose chunks");
        }
    }

    private static void CheckTyping(SearchRequest request, FieldErrors errors)
    {
        if (request is { Mode: SearchMode.Dense, TypoTolerance: true })
        {
            errors.Add("typo_tolerance", "cannot be combined with mode dense, which compares no words");
        }

        if (request is { Mode: SearchMode.Dense, Prefix: true })
        {
            errors.Add("prefix", "cannot be combined with mode dense, which compares no words");
        }
    }

    private static FilterNode? WithPhrases(FilterNode? filter, QuerySyntax syntax)
    {
        FilterNode[] parts =
        [
            .. filter is null ? [] : new[] { filter },
            .. syntax.Phrases.Select(phrase => new FilterNode.Phrase(phrase.Words, phrase.Slop)),
            .. syntax.Exclusions.Select(exclusion => new FilterNode.Not(
                exclusion.Phrase is { } phrase ? new FilterNode.Phrase(phrase.Words, phrase.Slop) : new FilterNode.Word(exclusion.Text)
            )),
        ];
        return parts.Length switch
        {
            0 => null,
            1 => parts[0],
            _ => new FilterNode.All(parts),
        };
    }

    public static void CheckRange(int? value, int min, int max, string field, FieldErrors errors, string? unit = null)
    {
        if (value < min || value > max)
        {
            errors.Add(field, unit is null ? $"must be from {min} to {max}" : $"must have {min} to {max} {unit}");
        }
    }

    private static void CheckWords(SearchRequest request, FieldErrors errors)
    {
        if (request.Mode is { } mode && !Enum.IsDefined(mode))
        {
            errors.Add("mode", "must be hybrid, lexical or dense");
        }

        if (request.Rerank is { } rerank && !Enum.IsDefined(rerank))
        {
            errors.Add("rerank", "must be always, never or auto");
        }

        if (request.Fusion is { } fusion && !Enum.IsDefined(fusion))
        {
            errors.Add("fusion", "must be score or rrf");
        }

        if (request.Threshold is { } threshold && !double.IsFinite(threshold))
        {
            errors.Add("threshold", "must be a number");
        }

        CollectionSettingsValidator.CheckWeights(request.Weights, errors);

        if (request.Pages == true && request.Offset > 0)
        {
            errors.Add("offset", "cannot be combined with pages: follow metadata.next instead");
        }
    }

    private static List<string>? Fields(IReadOnlyList<string?>? fields, FieldErrors errors)
    {
        CheckRange(fields?.Count, 0, MaxFields, "fields", errors);
        for (var i = 0; i < Math.Min(MaxFields, fields?.Count ?? 0); i++)
        {
            if (HitFields.Check(fields![i]) is { } fault)
            {
                errors.Add($"fields[{i}]", fault);
            }
        }

        return fields?.OfType<string>().ToList();
    }

    // The legs of a listing retrieve a fixed number of candidates, so that the first documents and groups do not depend on the limit.
    private SearchPlan Adjust(SearchPlan plan, SearchRequest request, BrowsePlan? browse)
    {
        if (browse is null)
        {
            return plan;
        }

        var isSingleLeg = plan.Mode != SearchMode.Hybrid;
        return plan with
        {
            Mode = browse.HasQuery ? plan.Mode : SearchMode.Browse,
            Rerank = browse.IsRanked ? plan.Rerank : RerankMode.Never,
            LegDepth = request.LegDepth ?? (browse.IsRanked && isSingleLeg ? MaxDepth : options.Value.LegDepth),
            Fill = plan.Mode == SearchMode.Hybrid && plan.Threshold is not null,
        };
    }

    private SearchPlan Decide(SearchRequest request, CollectionRecord collection, QuerySyntax syntax)
    {
        var limit = request.Limit ?? DefaultLimit;
        var offset = request.Offset ?? 0;
        var mode = request.Mode ?? SearchMode.Hybrid;
        var own = collection.Settings;
        var rerank = request.Rerank ?? (mode == SearchMode.Hybrid ? own.Rerank ?? options.Value.Rerank : RerankMode.Never);
        var rerankDepth = request.RerankDepth ?? own.RerankDepth;
        var pages = request.Pages ?? false;
        // A hybrid search fuses the same pool for every page; a single leg continues.
        var depth =
            mode == SearchMode.Hybrid
                ? request.LegDepth ?? (request.Fill == false ? options.Value.LegDepth : Math.Max(options.Value.LegDepth, rerankDepth ?? 0))
            : pages ? options.Value.PageWindow
            : Math.Min(options.Value.PageWindow, offset + limit);
        return new SearchPlan
        {
            Query = request.Query ?? string.Empty,
            Syntax = syntax,
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
            Timeout = request.TimeoutMs is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null,
            Exact = request.Exact ?? false,
            Pages = pages,
            Chunks = request.Group is { } group ? group.Chunks ?? (group.Field is null ? DefaultChunks : 0) : 0,
            Cache = request.Cache ?? true,
            Total = request.Total ?? false,
            Shape = new HitFields(null, null),
        };
    }
}
