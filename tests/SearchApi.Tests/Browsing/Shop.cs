using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using EmbedPlatform.SearchApi.Tests.Searching;

namespace EmbedPlatform.SearchApi.Tests.Browsing;

/// <summary>Documents with declared fields of every type: single values, arrays, null and none.</summary>
internal static class Shop
{
    public static readonly string[] Brands = ["Ada", "ada", "Bob", "\u00c4pfel", "z", "\uff5e wide", "\U0001f600 smile", "a \"b\" \\c"];

    public static readonly string[] Times =
    [
        "2025-03-30",
        "2025-03-29T23:00:00Z",
        "2025-03-30T00:00:00+01:00",
        "2025-12-31T23:30:00Z",
        "2026-01-01T00:30:00+01:00",
        "2026-01-05T00:00",
        "2026-02-28T12:34:56.789Z",
    ];

    /// <summary>The settings of a collection of these documents.</summary>
    public static readonly object Settings = new
    {
        language = "simple",
        fields = new Dictionary<string, object>
        {
            ["price"] = new { type = "number", facet = true },
            ["brand"] = new { type = "string", facet = true },
            ["when"] = new { type = "datetime", facet = true },
            ["stock"] = new { type = "boolean" },
            ["place"] = new { type = "geo" },
            ["maker.rank"] = new { type = "number" },
        },
    };

    public static CorpusDocument Document(Random random, int number)
    {
        var metadata = new JsonObject();
        Maybe("price", () => One(random, () => JsonValue.Create(random.Next(-30, 60) / 2m)));
        Maybe("brand", () => One(random, () => JsonValue.Create(Brands[random.Next(Brands.Length)])));
        Maybe("when", () => One(random, () => JsonValue.Create(Times[random.Next(Times.Length)])));
        Maybe("stock", () => JsonValue.Create(random.Next(2) == 0));
        Maybe("place", () => One(random, () => Point(random)));
        if (random.Next(2) == 0)
        {
            metadata["maker"] = new JsonObject { ["rank"] = random.Next(4) };
        }
        else
        {
            Maybe("maker.rank", () => JsonValue.Create(random.Next(4)));
        }

        var words = Enumerable.Range(0, random.Next(3, 12)).Select(_ => Corpus.Words[random.Next(random.Next(1, Corpus.Words.Length + 1))]);
        return new CorpusDocument($"d{number:D4}", string.Join(' ', words), metadata);

        void Maybe(string name, Func<JsonNode?> make)
        {
            if (random.Next(6) > 0)
            {
                metadata[name] = random.Next(12) == 0 ? null : make();
            }
        }
    }

    /// <summary>The values of a field, arrays unfolded, of both readings of a name with a dot.</summary>
    public static List<JsonNode> Values(CorpusDocument document, string field)
    {
        var whole = document.Metadata!.TryGetPropertyValue(field, out var direct) ? Unfold(direct) : [];
        return field.Contains('.') ? [.. whole, .. RandomFilter.Scalars(document.Metadata, field, objects: true)] : whole;
    }

    public static List<decimal> Numbers(CorpusDocument document, string field) =>
        [.. Values(document, field).Select(value => decimal.Parse(value.ToJsonString(), CultureInfo.InvariantCulture))];

    public static List<string> Strings(CorpusDocument document, string field) =>
        [.. Values(document, field).Select(value => value.GetValue<string>())];

    public static List<DateTimeOffset> Instants(CorpusDocument document, string field) => [.. Strings(document, field).Select(Instant)];

    public static List<(double Lat, double Lon)> Places(CorpusDocument document, string field) =>
        [.. Values(document, field).Select(value => (value["lat"]!.GetValue<double>(), value["lon"]!.GetValue<double>()))];

    public static DateTimeOffset Instant(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    /// <summary>By the spherical law of cosines, unlike the service.</summary>
    public static double Distance((double Lat, double Lon) one, (double Lat, double Lon) other)
    {
        var (a, b, across) = (Radians(one.Lat), Radians(other.Lat), Radians(one.Lon - other.Lon));
        return 6_371_008.8 * Math.Acos(Math.Min(1, (Math.Sin(a) * Math.Sin(b)) + (Math.Cos(a) * Math.Cos(b) * Math.Cos(across))));
    }

    /// <summary>By code point, which is the order of UTF-8's bytes.</summary>
    public static int Compare(string one, string other) =>
        Encoding.UTF8.GetBytes(one).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(other));

    private static JsonObject Point(Random random) =>
        random.Next(4) == 0
            // Around the antimeridian.
            ? new JsonObject
            {
                ["lat"] = Degree(random, -20, 20),
                ["lon"] = Degree(random, 170, 190) is > 180 and var east ? east - 360 : 175,
            }
            : new JsonObject { ["lat"] = Degree(random, 40, 60), ["lon"] = Degree(random, -5, 20) };

    private static double Degree(Random random, double low, double high) => Math.Round(low + (random.NextDouble() * (high - low)), 2);

    private static JsonNode? One(Random random, Func<JsonNode> make) =>
        random.Next(6) == 0 ? new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(_ => make())]) : make();

    private static List<JsonNode> Unfold(JsonNode? value) =>
        value is JsonArray array ? [.. array.OfType<JsonNode>()]
        : value is null ? []
        : [value];

    private static double Radians(double degrees) => degrees * Math.PI / 180;
}
