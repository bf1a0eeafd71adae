using System.Globalization;
using System.Text.Json.Nodes;

namespace EmbedPlatform.SearchApi.Tests.Searching;

/// <summary>A filter as it is sent, with what it means said a second time in C#.</summary>
internal sealed record RandomFilter(JsonObject Json, Func<JsonObject?, bool> Matches)
{
    public static RandomFilter Next(Random random, int depth = 3)
    {
        var kind = depth == 0 ? random.Next(5) : random.Next(8);
        return kind switch
        {
            5 => Group("and", random, depth, parts => metadata => parts.All(part => part.Matches(metadata))),
            6 => Group("or", random, depth, parts => metadata => parts.Any(part => part.Matches(metadata))),
            7 => Next(random, depth - 1) is var part
                ? new RandomFilter(new JsonObject { ["not"] = part.Json }, metadata => !part.Matches(metadata))
                : null!,
            4 => Exists(random),
            3 => Dates(random),
            2 => Numbers(random),
            _ => Values(random),
        };
    }

    private static RandomFilter Group(string name, Random random, int depth, Func<List<RandomFilter>, Func<JsonObject?, bool>> meaning)
    {
        var parts = Enumerable.Range(0, random.Next(1, 4)).Select(_ => Next(random, depth - 1)).ToList();
        return new RandomFilter(new JsonObject { [name] = new JsonArray([.. parts.Select(part => part.Json)]) }, meaning(parts));
    }

    private static RandomFilter Exists(Random random)
    {
        var field = Field(random);
        var there = random.Next(2) == 0;
        return new RandomFilter(
            new JsonObject { ["field"] = field, ["exists"] = there },
            metadata => (Scalars(metadata, field, objects: true).Count > 0) == there
        );
    }

    private static RandomFilter Values(Random random)
    {
        string[] wanted = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Corpus.Colours[random.Next(Corpus.Colours.Length)])];
        var field = random.Next(4) == 0 ? "maker.name" : "colour";
        wanted = field == "colour" ? wanted : ["Ada"];
        var json = new JsonObject { ["field"] = field };
        if (wanted.Length == 1)
        {
            json["eq"] = wanted[0];
        }
        else
        {
            json["in"] = new JsonArray([.. wanted.Select(w => (JsonNode)w)]);
        }

        return random.Next(5) == 0
            ? new RandomFilter(
                new JsonObject { ["field"] = "stock", ["eq"] = true },
                metadata => Scalars(metadata, "stock").Any(v => v is JsonValue value && value.TryGetValue<bool>(out var yes) && yes)
            )
            : new RandomFilter(json, metadata => Scalars(metadata, field).Any(v => Text(v) is { } text && wanted.Contains(text)));
    }

    private static RandomFilter Numbers(Random random)
    {
        var field = random.Next(3) == 0 ? "maker.rank" : "size";
        var (low, high) = (random.Next(10), random.Next(12));
        var strict = random.Next(2) == 0;
        var json = new JsonObject
        {
            ["field"] = field,
            [strict ? "gt" : "gte"] = low,
            [strict ? "lt" : "lte"] = high,
        };
        return new RandomFilter(
            json,
            metadata =>
                Scalars(metadata, field)
                    .Any(v => Number(v) is { } number && (strict ? number > low && number < high : number >= low && number <= high))
        );
    }

    private static RandomFilter Dates(Random random)
    {
        var bound = Corpus.Dates[random.Next(4)];
        var instant = Instant(bound)!.Value;
        var after = random.Next(2) == 0;
        return new RandomFilter(
            new JsonObject { ["field"] = "when", [after ? "gte" : "lt"] = bound },
            metadata =>
                Scalars(metadata, "when").Any(v => Text(v) is { } text && Instant(text) is { } at && (after ? at >= instant : at < instant))
        );
    }

    private static string Field(Random random) =>
        new[] { "colour", "size", "stock", "when", "maker.name", "maker", "nowhere", "size.deeper" }[random.Next(8)];

    /// <summary>The values of a field that are not null, arrays unfolded.</summary>
    public static List<JsonNode> Scalars(JsonNode? metadata, string field, bool objects = false)
    {
        foreach (var member in field.Split('.'))
        {
            metadata = metadata is JsonObject parent && parent.TryGetPropertyValue(member, out var child) ? child : null;
        }

        var all = metadata is JsonArray array ? array.ToArray() : new JsonNode?[] { metadata };
        return [.. all.OfType<JsonNode>().Where(v => objects || v is JsonValue)];
    }

    private static string? Text(JsonNode node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static double? Number(JsonNode node) =>
        node.GetValueKind() == System.Text.Json.JsonValueKind.Number
            ? double.Parse(node.ToJsonString(), CultureInfo.InvariantCulture)
            : null;

    private static DateTimeOffset? Instant(string text) =>
        text.Length >= 10 && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
            ? instant
            : null;
}
