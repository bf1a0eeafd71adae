using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Filters;
using EmbedPlatform.SearchApi.Search.Lexical;
using EmbedPlatform.ServiceDefaults.Http;

namespace EmbedPlatform.SearchApi.Search.Browsing;

/// <summary>Validates what a search sorts and groups by.</summary>
internal static class BrowsePlanner
{
    /// <summary>The query that matches every document, as an absent one does.</summary>
    private const string Everything = "*";

    private const int MaxKeys = 8;
    private const int MaxGroupLimit = 100;
    private const int DefaultGroupLimit = 3;

    private static readonly Dictionary<string, SortType> Types = new()
    {
        ["string"] = SortType.String,
        ["number"] = SortType.Number,
        ["boolean"] = SortType.Boolean,
        ["datetime"] = SortType.Instant,
    };

    /// <summary>Whether a query selects nothing: it is absent, empty or <c>*</c>.</summary>
    public static bool IsEverything(string? query) => query is null or "" or Everything;

    /// <summary>Null for a ranking of single documents.</summary>
    public static BrowsePlan? Plan(SearchRequest request, CollectionRecord collection, QuerySyntax syntax, FieldErrors errors)
    {
        var hasQuery = !IsEverything(request.Query) && (syntax.Exclusions.Count == 0 || !TextRules.IsBlank(syntax.Text));
        var sort = Sort(request.Sort, collection, errors);
        var groupBy = GroupBy(request, collection, errors);
        CheckCombinations(request, hasQuery, sort.Count > 0, groupBy is not null, errors);
        return hasQuery && sort.Count == 0 && groupBy is null
            ? null
            : new BrowsePlan(hasQuery, sort)
            {
                GroupBy = groupBy,
                GroupLimit = request.Group?.Field is null ? 1 : request.Group.Limit ?? DefaultGroupLimit,
            };
    }

    private static void CheckCombinations(SearchRequest request, bool hasQuery, bool sorts, bool groups, FieldErrors errors)
    {
        if (!hasQuery && request.Threshold is not null)
        {
            errors.Add("threshold", "needs a query: without one, documents have no score");
        }

        if (hasQuery && request.Mode == SearchMode.Browse)
        {
            errors.Add("mode", "must be hybrid, lexical or dense: browse is the mode of a search without a query");
        }

        if (sorts && request.Rerank == RerankMode.Always)
        {
            errors.Add("rerank", "cannot be combined with sort: sorted documents are not ranked");
        }

        if (groups && hasQuery && !sorts && request.Pages == true)
        {
            errors.Add("pages", "cannot be combined with groups of a ranking: use offset, or sort");
        }
    }

    private static List<SortColumn> Sort(IReadOnlyList<SortKey?>? keys, CollectionRecord collection, FieldErrors errors)
    {
        if (keys is { Count: 0 or > MaxKeys })
        {
            errors.Add("sort", $"must hold 1 to {MaxKeys} keys");
            return [];
        }

        var columns = new List<SortColumn>();
        for (var i = 0; i < (keys?.Count ?? 0); i++)
        {
            if (Column(keys![i], collection, FormattableString.Invariant($"sort[{i}]"), errors) is { } column)
            {
                columns.Add(column);
            }
        }

        return columns;
    }

    private static SortColumn? Column(SortKey? key, CollectionRecord collection, string place, FieldErrors errors)
    {
        if (key is null)
        {
            errors.Add(place, "must not be null");
            return null;
        }

        if (MetadataPath.Check(key.Field) is { } fault)
        {
            errors.Add(place + ".field", fault);
            return null;
        }

        errors.AddIf(key.Order is { } order && !Enum.IsDefined(order), place + ".order", "must be asc or desc");
        errors.AddIf(key.Nulls is { } nulls && !Enum.IsDefined(nulls), place + ".nulls", "must be first or last");
        var (descending, nullsFirst) = (key.Order == SortOrder.Descending, key.Nulls == NullsOrder.First);
        if (key.GeoDistance is { } origin)
        {
            var geo = new GeoValues(collection.Fields, errors);
            var path = new MetadataPath(key.Field!);
            return geo.Point(origin, place + ".geo_distance") is { } point && geo.IsGeo(path, place + ".geo_distance")
                ? new SortColumn(path, SortType.Distance, descending, nullsFirst) { Origin = point }
                : null;
        }

        if (key.Field == MetadataPath.Id)
        {
            return new SortColumn(null, SortType.Id, descending, nullsFirst);
        }

        var field = new MetadataPath(key.Field!);
        var declared = collection.Fields?.GetValueOrDefault(field.Name)?.Type;
        if (declared is not null && Types.TryGetValue(declared, out var type))
        {
            return new SortColumn(field, type, descending, nullsFirst);
        }

        errors.Add(
            place + ".field",
            declared is null
                ? $"The collection does not declare \"{field.Name}\", so its order is not defined: PATCH the collection with "
                    + $"{{\"fields\": {{\"{field.Name}\": {{\"type\": \"number\"}}}}}}, or the type that it has."
                : $"\"{field.Name}\" is declared as {declared}, which has no order: use geo_distance."
        );
        return null;
    }

    private static MetadataPath? GroupBy(SearchRequest request, CollectionRecord collection, FieldErrors errors)
    {
        var group = request.Group;
        if (group?.Limit is < 1 or > MaxGroupLimit)
        {
            errors.Add("group.limit", $"must be from 1 to {MaxGroupLimit}");
        }

        if (group is { Field: null, Limit: not null })
        {
            errors.Add("group.limit", "needs group.field: it is the number of documents per group");
        }

        if (request.Distinct is not null && group?.Field is not null)
        {
            errors.Add("distinct", "cannot be combined with group.field: distinct is a group of limit 1");
        }

        if ((request.Distinct ?? group?.Field) is not { } name)
        {
            return null;
        }

        var place = request.Distinct is null ? "group.field" : "distinct";
        if (MetadataPath.CheckValues(name) is { } fault)
        {
            errors.Add(place, fault);
            return null;
        }

        var path = new MetadataPath(name);
        if (collection.Fields is { } declared && !declared.ContainsKey(path.Name))
        {
            errors.Add(
                place,
                $"The collection does not declare \"{path.Name}\": "
                    + $"PATCH it with {{\"fields\": {{\"{path.Name}\": {{\"type\": \"string\"}}}}}}, or the type that it has."
            );
            return null;
        }

        return path;
    }
}
