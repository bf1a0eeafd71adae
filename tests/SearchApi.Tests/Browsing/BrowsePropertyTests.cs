using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Tests.Searching;
using Xunit;

namespace EmbedPlatform.SearchApi.Tests.Browsing;

/// <summary>Random listings against what the documents say, computed one by one.</summary>
public sealed class BrowsePropertyTests(Platform platform, ITestOutputHelper output)
{
    private const int Documents = 240;
    private const int Searches = 500;

    [Fact]
    public async Task Order_groups_and_counts_of_random_listings_are_those_of_brute_force()
    {
        var random = new Random(20261128);
        var corpus = Enumerable.Range(0, Documents).Select(i => Shop.Document(random, i)).ToList();
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.CreateAsync("c", Shop.Settings);
        await api.UpsertAsync(
            "c",
            [
                .. corpus.Select(d =>
                    (object)
                        new
                        {
                            id = d.Id,
                            text = d.Text,
                            metadata = d.Metadata,
                        }
                ),
            ]
        );
        await api.EmbeddedAsync("c");
        var truth = new BruteForce(corpus);
        var kinds = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var (pages, documents) = (0, 0);

        for (var i = 0; i < Searches; i++)
        {
            var listing = RandomListing.Next(random, corpus, truth);
            foreach (var kind in Kinds(listing))
            {
                kinds[kind] = kinds.GetValueOrDefault(kind) + 1;
            }

            var (walked, found) = await CheckAsync(i, api, listing);
            (pages, documents) = (pages + walked, documents + found);
        }

        output.WriteLine($"{Searches} searches, {pages} pages, {documents} documents: {string.Join(", ", kinds)}");
        Assert.All((string[])["browse", "sort", "group", "geo filter", "geo sort"], kind => Assert.True(kinds[kind] > 50, kind));
    }

    private static IEnumerable<string> Kinds(RandomListing listing)
    {
        var json = listing.Request.ToJsonString();
        yield return listing.Request["query"] is null ? "browse" : "query";
        (string Kind, bool Applies)[] kinds =
        [
            ("sort", listing.Sort.Count > 0),
            ("sort by several keys", listing.Sort.Count > 1),
            ("group", listing.GroupBy is not null),
            ("geo filter", json.Contains("geo_radius") || json.Contains("geo_box")),
            ("geo sort", json.Contains("geo_distance")),
            ("exclusion", ((string?)listing.Request["query"])?.Contains('-') == true),
            ("ids", json.Contains("\"in\":[\"d")),
        ];
        foreach (var (kind, _) in kinds.Where(kind => kind.Applies))
        {
            yield return kind;
        }
    }

    private static async Task<(int Pages, int Documents)> CheckAsync(int number, Api api, RandomListing listing)
    {
        var byCursor = number % 2 == 0;
        var request = listing.Request;
        request["pages"] = byCursor;
        request["facets"] = new JsonArray(
            new JsonObject
            {
                ["field"] = "price",
                ["histogram"] = new JsonObject { ["interval"] = 2.5m },
            },
            new JsonObject
            {
                ["field"] = "when",
                ["date_histogram"] = new JsonObject { ["interval"] = "month", ["time_zone"] = "Europe/Berlin" },
            },
            new JsonObject { ["field"] = "brand", ["limit"] = 100 }
        );
        var context = $"search {number}: {request.ToJsonString()}";
        var expected = listing.Groups();
        var first = await api.SearchAsync("c", request);
        var (page, hits, pages) = (first, first.Results.ToList(), 1);
        for (
            var offset = (int)request["limit"]!;
            byCursor ? page.Metadata.Next is not null : page.Results.Count > 0;
            offset += page.Results.Count
        )
        {
            request["offset"] = offset;
            page = await api.SearchAsync("c", byCursor ? new { cursor = page.Metadata.Next } : request);
            hits.AddRange(page.Results);
            pages++;
        }

        Assert.True(first.Metadata.Total == listing.Matched.Count, $"{context}: total {first.Metadata.Total}, not {listing.Matched.Count}");
        var order = string.Join(' ', hits.Select(hit => hit.Id));
        var wanted = string.Join(' ', expected.Select(group => group[0].Id));
        Assert.True(order == wanted, $"{context}:\n{order}\ninstead of\n{wanted}");
        if (listing.GroupBy is not null)
        {
            Assert.Equal(expected.Count, first.Metadata.Groups);
            Assert.Equal(expected.Select(group => (long)group.Count), hits.Select(hit => hit.Group!.Count));
            Assert.Equal(
                expected.Select(group => string.Join(' ', group.Take(listing.GroupLimit).Skip(1).Select(d => d.Id))),
                hits.Select(hit => string.Join(' ', (hit.Group!.Hits ?? []).Select(other => other.Id)))
            );
        }

        CheckNumbers(context, listing.Matched, first.Facets![0]);
        CheckMonths(context, listing.Matched, first.Facets![1]);
        return (pages, hits.Count);
    }

    private static void CheckNumbers(string context, List<CorpusDocument> matched, Facet facet)
    {
        var expected = matched
            .SelectMany(d => Shop.Numbers(d, "price").Select(number => Math.Floor(number / 2.5m) * 2.5m).Distinct())
            .GroupBy(start => start)
            .OrderBy(group => group.Key)
            .Select(group => (group.Key, group.Key + 2.5m, (long)group.Count()));
        Assert.True(expected.SequenceEqual(facet.Buckets!.Select(b => (b.From.GetDecimal(), b.To.GetDecimal(), b.Count))), context);
        var all = matched.SelectMany(d => Shop.Numbers(d, "price")).ToList();
        Assert.Equal(all.Count, facet.Statistics?.Count ?? 0);
        if (all.Count > 0)
        {
            var statistics = facet.Statistics!;
            Assert.Equal((all.Min(), all.Max()), (statistics.Min.GetDecimal(), statistics.Max.GetDecimal()));
            Assert.Equal((double)all.Average(), statistics.Average!.Value, 9);
        }
    }

    private static void CheckMonths(string context, List<CorpusDocument> matched, Facet facet)
    {
        var berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        var expected = matched
            .SelectMany(d => Shop.Instants(d, "when").Select(instant => Month(TimeZoneInfo.ConvertTime(instant, berlin))).Distinct())
            .GroupBy(start => start)
            .OrderBy(group => group.Key)
            .Select(group => (At(group.Key), At(group.Key.AddMonths(1)), (long)group.Count()));
        Assert.True(expected.SequenceEqual(facet.Buckets!.Select(b => (Read(b.From), Read(b.To), b.Count))), context);

        static DateTime Month(DateTimeOffset local) => new(local.Year, local.Month, 1, 0, 0, 0, DateTimeKind.Unspecified);

        DateTimeOffset At(DateTime local) => new(local, berlin.GetUtcOffset(local));

        static DateTimeOffset Read(JsonElement instant) => DateTimeOffset.Parse(instant.GetString()!, CultureInfo.InvariantCulture);
    }
}
