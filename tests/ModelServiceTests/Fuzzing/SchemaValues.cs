using System.Text.Json;
using System.Text.Json.Nodes;

namespace EmbedPlatform.ModelServiceTests.Fuzzing;

/// <summary>Random values that mostly fit a schema, so that requests come past the parser.</summary>
internal sealed class SchemaValues(FuzzRoute route, Random random)
{
    private const int Deepest = 4;

    private static readonly string[] Words =
    [
        "compress a file",
        "gzip: compress and decompress",
        "a game of chess",
        "x",
        "Zürich",
        "漢字",
        "👩‍👩‍👧",
        "query",
        "document",
        "default",
        "float",
        "base64",
        "int8",
        "binary",
        "truncate",
        "windows",
        "right",
        "left",
        "Right",
        "Left",
        "error",
        "chunk",
        "interactive",
        "bulk",
        "dense",
        "sparse",
        "colbert",
        "text",
        "no-such-model",
        "",
        " ",
    ];

    public JsonNode? Body() => route.Body is { } schema ? Of(schema, 0) : null;

    private JsonNode? Of(JsonElement named, int depth)
    {
        var schema = route.Resolve(named);
        if (schema.ValueKind != JsonValueKind.Object)
        {
            return Anything(depth);
        }

        foreach (var choice in (string[])["oneOf", "anyOf"])
        {
            if (schema.TryGetProperty(choice, out var options))
            {
                // A nullable reference is such a choice, and null ends most requests at once.
                var choices = options.EnumerateArray().Where(option => Kind(option) != "null" || random.Next(8) == 0).ToArray();
                return choices.Length == 0 ? null : Of(choices[random.Next(choices.Length)], depth);
            }
        }

        if (schema.TryGetProperty("enum", out var values) && values.GetArrayLength() > 0)
        {
            return JsonNode.Parse(values[random.Next(values.GetArrayLength())].GetRawText());
        }

        return Kind(schema) switch
        {
            "string" => Word(),
            "boolean" => random.Next(2) == 0,
            "integer" => random.Next(1, 20),
            "number" => Math.Round(random.NextDouble() * 4, 3),
            "array" => schema.TryGetProperty("items", out var items) ? Many(items, depth) : new JsonArray(Anything(depth)),
            "object" => Object(schema, depth),
            "null" => null,
            _ => Anything(depth),
        };
    }

    // A nullable schema lists its types; the first that is not null says most.
    private static string? Kind(JsonElement schema) =>
        !schema.TryGetProperty("type", out var type)
            ? schema.TryGetProperty("properties", out _)
                ? "object"
                : null
            : type.ValueKind == JsonValueKind.String
                ? type.GetString()
                : type.EnumerateArray().Select(kind => kind.GetString()).FirstOrDefault(kind => kind != "null");

    private JsonArray Many(JsonElement items, int depth) =>
        new([
            .. Enumerable.Range(0, random.Next(100) == 0 ? 60 : random.Next(5)).Select(_ => depth > Deepest ? null : Of(items, depth + 1)),
        ]);

    private JsonObject Object(JsonElement schema, int depth)
    {
        var value = new JsonObject();
        if (schema.TryGetProperty("properties", out var properties))
        {
            // What a request cannot do without is usually named first.
            var at = 0;
            foreach (var property in properties.EnumerateObject())
            {
                if (random.Next(100) < (at++ < 2 ? 90 : 15) && depth <= Deepest)
                {
                    // Another model than the ones that are served ends the request at once.
                    value[property.Name] = property.Name == "model" && random.Next(4) > 0 ? "default" : Of(property.Value, depth + 1);
                }
            }
        }

        if (schema.TryGetProperty("additionalProperties", out var others) && others.ValueKind == JsonValueKind.Object)
        {
            value["text"] = Of(others, depth + 1);
        }

        return value;
    }

    private JsonNode? Anything(int depth) =>
        random.Next(8) switch
        {
            0 when depth <= Deepest => new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(_ => Anything(depth + 1))]),
            1 when depth <= Deepest => new JsonObject { ["text"] = Anything(depth + 1) },
            2 => random.Next(5_000),
            3 => new JsonArray(random.Next(2_000), random.Next(2_000)),
            4 => new JsonArray(Word(), Word()),
            _ => Word(),
        };

    private string Word() =>
        random.Next(4) == 0 ? $"{Words[random.Next(Words.Length)]} {Words[random.Next(Words.Length)]}" : Words[random.Next(Words.Length)];
}
