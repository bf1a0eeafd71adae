using EmbedPlatform.Client.Search;
using EmbedPlatform.ServiceDefaults.Http;

namespace EmbedPlatform.SearchApi.Filters;

/// <summary>Validates and parses a filter; every error has its path in the request.</summary>
/// <param name="declared">The declared fields; null if every field can be filtered by.</param>
/// <param name="errors">Collects the errors.</param>
internal sealed class FilterParser(IReadOnlyDictionary<string, FieldSettings>? declared, FieldErrors errors)
{
    private const int MaxDepth = 8;
    private const int MaxConditions = 100;
    private readonly FilterValues _values = new(declared, errors);
    private readonly GeoValues _places = new(declared, errors);
    private int _conditions;

    /// <summary>Parses a filter; null if it is invalid.</summary>
    /// <param name="place">Its path in the request, such as <c>filter</c>.</param>
    public FilterNode? Read(SearchFilter filter, string place) => Read(filter, place, 1);

    private FilterNode? Read(SearchFilter? filter, string place, int depth)
    {
        if (filter is null)
        {
            return Fail(place, "must not be null");
        }

        if (depth > MaxDepth)
        {
            return Fail(place, $"is nested deeper than {MaxDepth} levels");
        }

        if (++_conditions > MaxConditions)
        {
            errors.Add("filter", $"has more than {MaxConditions} conditions");
            return null;
        }

        if (filter.Unknown is { Count: > 0 } unknown)
        {
            return Fail(
                $"{place}.{unknown.Keys.First()}",
                "must be one of field, eq, in, gt, gte, lt, lte, exists, geo_radius, geo_box, and, or, not"
            );
        }

        var groups = (filter.And is null ? 0 : 1) + (filter.Or is null ? 0 : 1) + (filter.Not is null ? 0 : 1);
        var comparisons = HasComparison(filter);
        if (groups > 1 || (groups == 1 && (filter.Field is not null || comparisons)))
        {
            return Fail(place, "must be either a field with comparisons or one of and, or, not");
        }

        if (groups == 0)
        {
            return filter.Field is null && !comparisons
                ? Fail(place, "must be a field with comparisons, or one of and, or, not")
                : ReadField(filter, place);
        }

        if (filter.Not is { } negated)
        {
            return Read(negated, place + ".not", depth + 1) is { } part ? new FilterNode.Not(part) : null;
        }

        var parts = ReadGroup(filter.And ?? filter.Or!, filter.And is null ? place + ".or" : place + ".and", depth);
        return parts is null ? null
            : filter.And is null ? new FilterNode.Any(parts)
            : new FilterNode.All(parts);
    }

    private static bool HasComparison(SearchFilter filter) =>
        filter.Eq is not null
        || filter.In is not null
        || filter.Gt is not null
        || filter.Gte is not null
        || filter.Lt is not null
        || filter.Lte is not null
        || filter.Exists is not null
        || filter.GeoRadius is not null
        || filter.GeoBox is not null;

    private List<FilterNode>? ReadGroup(IReadOnlyList<SearchFilter?> filters, string place, int depth)
    {
        if (filters.Count is 0 or > MaxConditions)
        {
            Fail(place, $"must hold 1 to {MaxConditions} conditions");
            return null;
        }

        var parts = new List<FilterNode>(filters.Count);
        for (var i = 0; i < filters.Count && _conditions <= MaxConditions; i++)
        {
            if (Read(filters[i], FormattableString.Invariant($"{place}[{i}]"), depth + 1) is { } part)
            {
                parts.Add(part);
            }
        }

        return parts.Count == filters.Count ? parts : null;
    }

    private FilterNode? ReadField(SearchFilter filter, string place)
    {
        if (MetadataPath.Check(filter.Field) is { } fault)
        {
            return Fail(place + ".field", fault);
        }

        if (filter.Field == MetadataPath.Id)
        {
            return ReadIds(filter, place);
        }

        var path = new MetadataPath(filter.Field!);
        if (declared is not null && declared.GetValueOrDefault(path.Name) is not { Filterable: not false })
        {
            return Fail(place + ".field", $"The collection does not declare \"{path.Name}\" as filterable.");
        }

        if (!HasComparison(filter))
        {
            return Fail(place, "needs a comparison: eq, in, gt, gte, lt, lte, exists, geo_radius or geo_box");
        }

        var bounds = _values.Range(path, filter, place);
        var parts = new List<FilterNode>();
        var predicates = new List<string>();
        var sound = bounds is not null;
        sound &= ReadEquality(path, filter, place, predicates, out var instants);
        sound &= ReadPlaces(path, filter, place, parts);
        if (!sound)
        {
            return null;
        }

        if (bounds!.Instants.Count > 0 && predicates.Count > 0)
        {
            return Fail(place, "A date range cannot be combined with eq or in in one condition; use and.");
        }

        if (bounds.Instants.Count > 0 || instants is not null)
        {
            parts.Add(new FilterNode.Within(path, bounds.Instants) { Among = instants });
        }

        predicates.AddRange(bounds.Predicates);
        if (predicates.Count > 0)
        {
            parts.Add(new FilterNode.Matches(path, string.Join(" && ", predicates.Select(predicate => $"({predicate})"))));
        }

        if (filter.Exists is { } exists)
        {
            FilterNode there = new FilterNode.Matches(path, "@ != null");
            parts.Add(exists ? there : new FilterNode.Not(there));
        }

        return parts.Count == 1 ? parts[0] : new FilterNode.All(parts);
    }

    private FilterNode? ReadIds(SearchFilter filter, string place)
    {
        var others = filter with { Field = null, Eq = null, In = null };
        if (others != new SearchFilter() || (filter.Eq is null) == (filter.In is null))
        {
            return Fail(place, $"\"{MetadataPath.Id}\" is the document's id, which can be compared with either eq or in.");
        }

        return _values.Ids(filter, place) is { } ids ? new FilterNode.Ids(ids) : null;
    }

    // Declared datetimes are compared as instants: 12:00+02:00 equals 10:00Z.
    private bool ReadEquality(MetadataPath path, SearchFilter filter, string place, List<string> predicates, out DateTime[]? instants)
    {
        instants = null;
        var sound = true;
        if (_values.IsTime(path))
        {
            var equal = filter.Eq is { } instant ? _values.Instants(path, [instant], _ => place + ".eq") : null;
            var among = filter.In is { } all
                ? _values.Instants(path, all, i => FormattableString.Invariant($"{place}.in{(i < 0 ? string.Empty : $"[{i}]")}"))
                : null;
            instants = equal is not null && among is not null ? [.. equal.Intersect(among)] : equal ?? among;
            return (filter.Eq is null || equal is not null) && (filter.In is null || among is not null);
        }

        if (filter.Eq is { } eq)
        {
            sound &= _values.Literal(path, eq, place + ".eq") is { } literal && Keep(predicates, $"@ == {literal}");
        }

        if (filter.In is { } values)
        {
            sound &= _values.Among(path, values, place + ".in") is { } either && Keep(predicates, either);
        }

        return sound;
    }

    private bool ReadPlaces(MetadataPath path, SearchFilter filter, string place, List<FilterNode> parts)
    {
        var before = errors.Any;
        if (filter.GeoRadius is { } radius && _places.Radius(path, radius, place + ".geo_radius") is { } near)
        {
            parts.Add(near);
        }

        if (filter.GeoBox is { } corners && _places.Box(path, corners, place + ".geo_box") is { } box)
        {
            parts.Add(box);
        }

        return before || !errors.Any;
    }

    private static bool Keep(List<string> predicates, string predicate)
    {
        predicates.Add(predicate);
        return true;
    }

    private FilterNode? Fail(string place, string reason)
    {
        errors.Add(place, reason);
        return null;
    }
}
