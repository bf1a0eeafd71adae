using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;
using Xunit;

namespace EmbedPlatform.Deploy.Tests;

/// <summary>A Compose file against a JSON schema.</summary>
internal static class ComposeSchema
{
    /// <summary>The schema of what the publishing step writes: a part of the Compose specification, and stricter.</summary>
    public static JsonSchema Ours { get; } = Read(typeof(ComposeSchema).Assembly.GetManifestResourceStream("compose.schema.json")!);

    /// <summary>Reads a schema.</summary>
    public static JsonSchema Read(Stream stream)
    {
        var schema = JsonNode.Parse(stream)!;
        // The Compose specification writes the name of draft 7 with https, by which no validator knows it.
        if ((string?)schema["$schema"] == "https://json-schema.org/draft-07/schema")
        {
            schema["$schema"] = "http://json-schema.org/draft-07/schema#";
        }

        return JsonSchema.FromText(schema.ToJsonString());
    }

    /// <summary>What a schema finds wrong with a file.</summary>
    public static IReadOnlyList<string> Problems(string compose, JsonSchema schema)
    {
        var result = schema.Evaluate(
            JsonSerializer.SerializeToElement(Yaml.ParseTyped(compose)),
            new EvaluationOptions { OutputFormat = OutputFormat.List }
        );
        return result.IsValid
            ? []
            :
            [
                "invalid",
                .. (result.Details ?? [])
                    .Where(detail => detail.Errors is not null)
                    .SelectMany(detail => detail.Errors!.Select(error => $"{detail.InstanceLocation}: {error.Value}")),
            ];
    }

    /// <summary>Fails where a schema finds something.</summary>
    public static void Check(string compose, JsonSchema schema) => Assert.Empty(Problems(compose, schema));
}
