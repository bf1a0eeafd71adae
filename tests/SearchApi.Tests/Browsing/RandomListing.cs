using System.Text.Json.Nodes;
using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Tests.Searching;

namespace EmbedPlatform.SearchApi.Tests.Browsing;

/// <summary>A filter as it is sent, with what it means said a second time in C#.</summary>
internal sealed record ShopFilter(JsonObject Json, Func<CorpusDocument, bool> Matches)
{
    public static ShopFilter Next(Random random, int documents, int depth = 2)
    {
        return (depth == 0 ? random.Next(6) : random.Next(9)) switch
        {
            0 => Ids(),
            1 => Radius(),
            2 => Box(),
            3 => Same(),
            4 => Range(),
            5 => Brand(),
            6 => Not(Next(random, documents, depth - 1)),
            7 => Group("and", parts => document => parts.All(part => part.Matches(document))),
            _ => Group("or", parts => document => parts.Any(part => part.Matches(document))),
        };

        ShopFilter Ids()
        {
            string[] ids = [.. Enumerable.Range(0, random.Next(1, 60)).Select(_ => $"d{random.Next(documents + 20):D4}")];
            var json = new JsonObject { ["field"] = "_id", ["in"] = new JsonArray([.. ids.Select(id => (JsonNode)id)]) };
            return new ShopFilter(json, document => ids.Contains(document.Id));
        }

        ShopFilter Radius()
        {
            var center = (Lat: random.Next(-30, 61), Lon: random.Next(2) == 0 ? random.Next(-10, 25) : random.Next(170, 181));
            var meters = random.Next(10_000, 2_500_000);
            var json = new JsonObject
            {
                ["field"] = "place",
                ["geo_radius"] = new JsonObject
                {
                    ["lat"] = center.Lat,
                    ["lon"] = center.Lon,
                    ["meters"] = meters,
                },
            };
            return new ShopFilter(json, document => Shop.Places(document, "place").Any(place => Shop.Distance(place, center) <= meters));
        }

        ShopFilter Box()
        {
            var (north, south) = (random.Next(0, 60), random.Next(-20, 1));
            var (west, east) =
                random.Next(2) == 0 ? (random.Next(-10, 5), random.Next(5, 25)) : (random.Next(165, 181), random.Next(-180, -160));
            var json = new JsonObject
            {
                ["field"] = "place",
                ["geo_box"] = new JsonObject
                {
                    ["top_left"] = new JsonObject { ["lat"] = north, ["lon"] = west },
                    ["bottom_right"] = new JsonObject { ["lat"] = south, ["lon"] = east },
                },
            };
            return new ShopFilter(
                json,
                document =>
                    Shop.Places(document, "place")
                        .Any(p =>
                            p.Lat <= north
                            && p.Lat >= south
                            && (west > east ? p.Lon >= west || p.Lon <= east : p.Lon >= west && p.Lon <= east)
                        )
            );
        }

        ShopFilter Same()
        {
            string[] times = [.. Enumerable.Range(0, random.Next(1, 3)).Select(_ => Shop.Times[random.Next(Shop.Times.Length)])];
            var json = new JsonObject { ["field"] = "when" };
            json[times.Length == 1 ? "eq" : "in"] = times.Length == 1 ? times[0] : new JsonArray([.. times.Select(t => (JsonNode)t)]);
            return new ShopFilter(json, document => Shop.Instants(document, "when").Intersect(times.Select(Shop.Instant)).Any());
        }

        ShopFilter Range()
        {
            var field = random.Next(2) == 0 ? "price" : "maker.rank";
            var least = random.Next(-5, 4);
            var json = new JsonObject { ["field"] = field, ["gte"] = least };
            return new ShopFilter(json, document => Shop.Numbers(document, field).Any(number => number >= least));
        }

        ShopFilter Brand()
        {
            var brand = Shop.Brands[random.Next(Shop.Brands.Length)];
            return new ShopFilter(
                new JsonObject { ["field"] = "brand", ["eq"] = brand },
                document => Shop.Strings(document, "brand").Contains(brand)
            );
        }

        ShopFilter Not(ShopFilter part) => new(new JsonObject { ["not"] = part.Json }, document => !part.Matches(document));

        ShopFilter Group(string name, Func<List<ShopFilter>, Func<CorpusDocument, bool>> meaning)
        {
            var parts = Enumerable.Range(0, random.Next(1, 4)).Select(_ => Next(random, documents, depth - 1)).ToList();
            return new ShopFilter(new JsonObject { [name] = new JsonArray([.. parts.Select(part => part.Json)]) }, meaning(parts));
        }
    }
}

/// <summary>A sort key as it is sent, with the value by which it sorts a document.</summary>
internal sealed record ShopKey(JsonObject Json, Func<CorpusDocument, object?> Value, bool Descending, bool NullsFirst)
{
    public static ShopKey Next(Random random)
    {
        var descending = random.Next(2) == 0;
        var nullsFirst = random.Next(3) == 0;
        var json = new JsonObject();
        if (descending || random.Next(2) == 0)
        {
            json["order"] = descending ? "desc" : "asc";
        }

        if (nullsFirst || random.Next(2) == 0)
        {
            json["nulls"] = nullsFirst ? "first" : "last";
        }

        var center = (Lat: random.Next(40, 60), Lon: random.Next(-180, 181));
        Func<CorpusDocument, IEnumerable<object>> values;
        (json["field"], values) = random.Next(7) switch
        {
            0 => ("price", document => Shop.Numbers(document, "price").Cast<object>()),
            1 => ("brand", document => Shop.Strings(document, "brand")),
            2 => ("when", document => Shop.Instants(document, "when").Cast<object>()),
            3 => ("stock", document => Shop.Values(document, "stock").Select(value => (object)value.GetValue<bool>())),
            4 => ("maker.rank", document => Shop.Numbers(document, "maker.rank").Cast<object>()),
            5 => ("_id", document => [document.Id]),
            _ => (
                (JsonNode)"place",
                (Func<CorpusDocument, IEnumerable<object>>)(
                    document => Shop.Places(document, "place").Select(place => (object)Shop.Distance(place, center))
                )
            ),
        };
        if ((string?)json["field"] == "place")
        {
            json["geo_distance"] = new JsonObject { ["lat"] = center.Lat, ["lon"] = center.Lon };
        }

        return new ShopKey(
            json,
            document =>
            {
                var sorted = values(document).Order(Comparer<object>.Create(CompareValues)).ToList();
                return sorted.Count == 0 ? null
                    : descending ? sorted[^1]
                    : sorted[0];
            },
            descending,
            nullsFirst
        );
    }

    /// <summary>Sorts documents, which are in the order of their first upload.</summary>
    public static List<CorpusDocument> Sort(IEnumerable<CorpusDocument> documents, IReadOnlyList<ShopKey> keys) =>
        [
            .. documents
                .OrderBy(
                    document => keys.Select(key => key.Value(document)).ToArray(),
                    Comparer<object?[]>.Create(
                        (one, other) => keys.Select((key, i) => key.Compare(one[i], other[i])).FirstOrDefault(c => c != 0)
                    )
                )
                .ThenBy(document => document.Id, StringComparer.Ordinal),
        ];

    private int Compare(object? one, object? other) =>
        (one, other) switch
        {
            (null, null) => 0,
            (null, _) => NullsFirst ? -1 : 1,
            (_, null) => NullsFirst ? 1 : -1,
            var (left, right) => Descending ? CompareValues(right, left) : CompareValues(left, right),
        };

    private static int CompareValues(object one, object other) =>
        one switch
        {
            string text => Shop.Compare(text, (string)other),
            double meters => Math.Abs(meters - (double)other) < 0.05 ? 0 : meters.CompareTo((double)other),
            IComparable value => value.CompareTo(other),
            _ => throw new ArgumentException("has no order", nameof(one)),
        };
}

/// <summary>A random search that lists documents, and the order and counts that it must have.</summary>
internal sealed record RandomListing(JsonObject Request, IReadOnlyList<ShopKey> Sort, string? GroupBy, int GroupLimit)
{
    public required List<CorpusDocument> Matched { get; init; }

    public static RandomListing Next(Random random, List<CorpusDocument> corpus, BruteForce truth)
    {
        var filter = random.Next(3) == 0 ? null : ShopFilter.Next(random, corpus.Count);
        var (query, mode) = random.Next(2) == 0 ? (null, SearchMode.Browse) : (Words(random), (SearchMode)random.Next(3));
        var excluded = mode != SearchMode.Dense && random.Next(4) == 0 ? Corpus.Words[random.Next(12)] : null;
        var sort =
            query is null && random.Next(6) == 0 ? [] : Enumerable.Range(0, random.Next(1, 4)).Select(_ => ShopKey.Next(random)).ToList();
        var groupBy = random.Next(3) == 0 ? new[] { "brand", "price", "stock" }[random.Next(3)] : null;
        var groupLimit = random.Next(1, 4);
        var request = new JsonObject
        {
            ["query"] = excluded is null ? query : $"{query} -{excluded}".Trim(),
            ["filter"] = filter?.Json,
            ["limit"] = random.Next(5, 60),
            ["total"] = true,
        };
        if (query is not null)
        {
            request["mode"] = mode.ToString().ToLowerInvariant();
            request["leg_depth"] = 1000;
        }

        if (sort.Count > 0)
        {
            request["sort"] = new JsonArray([.. sort.Select(key => key.Json)]);
        }

        if (groupBy is not null)
        {
            request[groupLimit == 1 ? "distinct" : "group"] =
                groupLimit == 1 ? groupBy : new JsonObject { ["field"] = groupBy, ["limit"] = groupLimit };
        }

        bool Inside(CorpusDocument document) =>
            (filter?.Matches(document) ?? true) && (excluded is null || !document.Text.Split(' ').Contains(excluded));
        var ranked = query is null ? null : truth.Rank(mode, query, Inside, null);
        return new RandomListing(request, sort, groupBy, groupLimit)
        {
            Matched = [.. corpus.Where(document => ranked?.ContainsKey(document.Id) ?? Inside(document))],
        };
    }

    /// <summary>The groups in order, each with its documents, best first.</summary>
    public List<List<CorpusDocument>> Groups() =>
        [
            .. ShopKey
                .Sort(Matched, Sort)
                .GroupBy(document =>
                    GroupBy is not null && document.Metadata!.TryGetPropertyValue(GroupBy, out var value) && value is not null
                        ? value.ToJsonString()
                        : document.Id
                )
                .Select(group => group.ToList()),
        ];

    private static string Words(Random random) =>
        string.Join(' ', Enumerable.Range(0, random.Next(1, 4)).Select(_ => Corpus.Words[random.Next(Corpus.Words.Length)]));
}
