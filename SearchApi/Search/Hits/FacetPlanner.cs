using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Filters;
using EmbedPlatform.ServiceDefaults.Http;

namespace EmbedPlatform.SearchApi.Search.Hits;

/// <summary>Validates facets.</summary>
/// <param name="declared">The declared fields; null if every field can be counted.</param>
/// <param name="errors">Collects the errors.</param>
internal sealed class FacetPlanner(IReadOnlyDictionary<string, FieldSettings>? declared, FieldErrors errors)
{
    private const int MaxFacets = 20;
    private const int MaxLimit = 1_000;
    private const int DefaultLimit = 10;

    public List<FacetPlan> Plan(IReadOnlyList<FacetRequest?>? facets)
    {
        SearchPlanner.CheckRange(facets?.Count, 0, MaxFacets, "facets", errors);
        var plans = new List<FacetPlan>();
        for (var i = 0; i < Math.Min(MaxFacets, facets?.Count ?? 0); i++)
        {
            if (Plan(facets![i], FormattableString.Invariant($"facets[{i}]")) is { } plan)
            {
                plans.Add(plan);
            }
        }

        return plans;
    }

    private FacetPlan? Plan(FacetRequest? facet, string place)
    {
        if (MetadataPath.CheckValues(facet?.Field) is { } fault)
        {
            errors.Add(place + ".field", fault);
            return null;
        }

        var path = new MetadataPath(facet!.Field!);
        if (declared is not null && declared.GetValueOrDefault(path.Name) is not { Facet: true })
        {
            errors.Add(place + ".field", $"The collection does not declare \"{path.Name}\" as a facet.");
            return null;
        }

        SearchPlanner.CheckRange(facet.Limit, 1, MaxLimit, place + ".limit", errors);
        var plan = new FacetPlan(path, facet.Limit ?? (facet is { Histogram: null, DateHistogram: null } ? DefaultLimit : MaxLimit));
        return (facet.Histogram, facet.DateHistogram) switch
        {
            (null, null) => plan,
            ({ } numbers, null) => Numbers(plan, numbers, place + ".histogram"),
            (null, { } dates) => Instants(plan, dates, place + ".date_histogram"),
            _ => Fail(place, "must have at most one of histogram and date_histogram"),
        };
    }

    private FacetPlan? Numbers(FacetPlan plan, HistogramRequest histogram, string place)
    {
        if (histogram.Interval is not > 0)
        {
            return Fail(place + ".interval", "must be a number above 0");
        }

        return HasType(plan, "number", place) ? plan with { Interval = histogram.Interval } : null;
    }

    private FacetPlan? Instants(FacetPlan plan, DateHistogramRequest histogram, string place)
    {
        if (histogram.Interval is not { } interval || !Enum.IsDefined(interval))
        {
            return Fail(place + ".interval", "must be day, week, month or year");
        }

        var zone = TimeZoneInfo.Utc;
        // PostgreSQL reads the same IANA database.
        if (histogram.TimeZone is { } name && (!TimeZoneInfo.TryFindSystemTimeZoneById(name, out zone) || !zone.HasIanaId))
        {
            return Fail(place + ".time_zone", "must be the name of an IANA time zone, such as UTC or Europe/Berlin");
        }

        return HasType(plan, "datetime", place) ? plan with { Calendar = interval, Zone = zone } : null;
    }

    private bool HasType(FacetPlan plan, string type, string place)
    {
        if (declared?.GetValueOrDefault(plan.Path.Name)?.Type is not { } declaredType || declaredType == type)
        {
            return true;
        }

        errors.Add(place, $"needs a field of type {type}; \"{plan.Path.Name}\" is declared as {declaredType}");
        return false;
    }

    private FacetPlan? Fail(string place, string reason)
    {
        errors.Add(place, reason);
        return null;
    }
}
