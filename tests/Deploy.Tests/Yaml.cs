using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.Serialization;

namespace EmbedPlatform.Deploy.Tests;

/// <summary>YAML as a tree of JSON nodes; every scalar is a string, as it stands in the file.</summary>
internal static class Yaml
{
    /// <summary>The documents of a text, anchors and merge keys resolved.</summary>
    public static IReadOnlyList<JsonNode> Parse(string text)
    {
        var parser = new MergingParser(new Parser(new StringReader(text)));
        var deserializer = new DeserializerBuilder().Build();
        var documents = new List<JsonNode>();
        parser.Consume<StreamStart>();
        while (parser.Accept<DocumentStart>(out _))
        {
            if (ToNode(deserializer.Deserialize<object?>(parser)) is { } document)
            {
                documents.Add(document);
            }
        }

        return documents;
    }

    /// <summary>A document with the types that its scalars have: what is not quoted can be a number or a truth value.</summary>
    public static JsonNode ParseTyped(string text) =>
        ToTyped(new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build().Deserialize<object?>(text))!;

    /// <summary>The strings of a list, none where it is absent.</summary>
    public static IReadOnlyList<string> Strings(this JsonNode? list) => [.. list?.AsArray().Select(item => (string)item!) ?? []];

    /// <summary>The items of a list, none where it is absent.</summary>
    public static IReadOnlyList<JsonNode> Items(this JsonNode? list) => [.. list?.AsArray().Select(item => item!) ?? []];

    /// <summary>The entries of a map, none where it is absent.</summary>
    public static IReadOnlyList<KeyValuePair<string, JsonNode?>> Entries(this JsonNode? map) => [.. map?.AsObject() ?? []];

    private static JsonNode? ToTyped(object? value) =>
        value switch
        {
            null => null,
            IDictionary<object, object?> map => new JsonObject(
                map.Select(pair => KeyValuePair.Create((string)pair.Key, ToTyped(pair.Value)))
            ),
            IList<object?> list => new JsonArray([.. list.Select(ToTyped)]),
            _ => JsonSerializer.SerializeToNode(value),
        };

    private static JsonNode? ToNode(object? value) =>
        value switch
        {
            null => null,
            IDictionary<object, object?> map => new JsonObject(
                map.Select(pair => KeyValuePair.Create((string)pair.Key, ToNode(pair.Value)))
            ),
            IList<object?> list => new JsonArray([.. list.Select(ToNode)]),
            _ => JsonValue.Create((string)value),
        };
}
