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
            return Fail($"{place}.{unknown.Keys.First()}", "must be one of field, eq, in, gt, gte, lt, lte, exists, and, or, not");
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
        || filter.Exists is not null;

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

        if (declared is not null && declared.GetValueOrDefault(filter.Field!) is not { Filterable: not false })
        {
            return Fail(place + ".field", $"The collection does not declare \"{filter.Field}\" as filterable.");
        }

        var path = new MetadataPath(filter.Field!);
        if (!HasComparison(filter))
        {
            return Fail(place, "needs a comparison: eq, in, gt, gte, lt, lte or exists");
        }

        var bounds = _values.Range(filter, place);
        var parts = new List<FilterNode>();
        var predicates = new List<string>();
        var sound = bounds is not null;
        if (filter.Eq is { } eq)
        {
            sound &= _values.Literal(path.Field, eq, place + ".eq") is { } literal && Keep(predicates, $"@ == {literal}");
        }

        if (filter.In is { } values)
        {
            sound &= _values.Among(path.Field, values, place + ".in") is { } among && Keep(predicates, among);
        }

        if (!sound)
        {
            return null;
        }

        if (bounds!.Instants.Count > 0)
        {
            if (predicates.Count > 0)
            {
                return Fail(place, "A date range cannot be combined with eq or in in one condition; use and.");
            }

            parts.Add(new FilterNode.Within(path, bounds.Instants));
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
