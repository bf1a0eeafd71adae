using System.Text.Json;
using System.Text.Json.Serialization;
using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Failures;
using EmbedPlatform.ServiceDefaults.Http;

namespace EmbedPlatform.SearchApi.Collections;

/// <summary>Patches settings by JSON Merge Patch (RFC 7396).</summary>
internal static class SettingsPatch
{
    private static readonly string[] Changeable = ["fields", "weights", "fusion", "rerank", "rerank_depth"];

    private static readonly string[] Fixed =
    [
        "model",
        "text_template",
        "language",
        "fold_accents",
        "chunk_tokens",
        "chunk_overlap",
        "chunk_by",
        "index",
    ];

    private static readonly string LegNames = string.Join(", ", Enum.GetNames<SearchLeg>()).ToLowerInvariant();

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Strict)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <exception cref="ApiException">400 with the invalid fields.</exception>
    public static StoredSettings Apply(StoredSettings settings, JsonElement patch)
    {
        if (patch.ValueKind != JsonValueKind.Object)
        {
            throw ApiException.Invalid("body", "must be an object");
        }

        var errors = new FieldErrors();
        foreach (var name in patch.EnumerateObject().Select(property => property.Name).Except(Changeable))
        {
            errors.Add(name, Refusal(name));
        }

        if (errors.Any)
        {
            throw ApiException.Invalid(errors);
        }

        var current = JsonSerializer.SerializeToElement(
            new CollectionSettings
            {
                Fields = settings.Fields,
                Weights = settings.Weights,
                Fusion = settings.Fusion,
                Rerank = settings.Rerank,
                RerankDepth = settings.RerankDepth,
            },
            Json
        );
        var merged = Read(MergePatch.Apply(current, patch));
        CollectionSettingsValidator.Check(merged);
        return settings with
        {
            Fields = CollectionFields.Complete(merged.Fields),
            Weights = merged.Weights == new LegWeights() ? null : merged.Weights,
            Fusion = merged.Fusion,
            Rerank = merged.Rerank,
            RerankDepth = merged.RerankDepth,
        };
    }

    private static string Refusal(string name) =>
        Fixed.Contains(name)
            ? "cannot be changed: all documents would have to be re-indexed; create a new collection"
            : $"is not a changeable setting; changeable are: {string.Join(", ", Changeable)}";

    private static CollectionSettings Read(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<CollectionSettings>(json, Json)!;
        }
        catch (JsonException wrong)
        {
            var field = wrong.Path?.TrimStart('$').TrimStart('.') ?? "body";
            throw ApiException.Invalid(
                field,
                field switch
                {
                    "fusion" => "must be score or rrf",
                    "rerank" => "must be always, never or auto",
                    "rerank_depth" => "must be a whole number",
                    _ when field.StartsWith("weights.", StringComparison.Ordinal) =>
                        $"must be a number from 0 to 100 under one of the names {LegNames}",
                    _ => "has a value of the wrong type",
                }
            );
        }
    }
}
