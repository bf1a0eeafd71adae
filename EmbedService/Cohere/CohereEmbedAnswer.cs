using System.Text.Json.Serialization;
using EmbedPlatform.EmbedService.Embedding;

namespace EmbedPlatform.EmbedService.Cohere;

/// <summary>The answer with floats alone, as version 1 gives it where no types are asked for.</summary>
/// <param name="ResponseType"><c>embeddings_floats</c>.</param>
/// <param name="Id">The request's own id.</param>
/// <param name="Embeddings">One vector per text.</param>
/// <param name="Texts">The texts.</param>
/// <param name="Meta">What it cost, and what to know of it.</param>
internal sealed record CohereFloats(string ResponseType, string Id, CohereVectors Embeddings, IReadOnlyList<string> Texts, CohereMeta Meta)
{
    public static CohereFloats Of(Embedded embedded, CohereEmbedBody body) => new(
        "embeddings_floats",
        Guid.NewGuid().ToString(),
        new CohereVectors([.. embedded.Items.Select(item => item.Vector)], CohereType.Float),
        body.Texts!.Texts!,
        CohereMeta.Of(embedded, "1"));
}

/// <summary>The answer by types.</summary>
/// <param name="ResponseType"><c>embeddings_by_type</c>.</param>
/// <param name="Id">The request's own id.</param>
/// <param name="Embeddings">The vectors.</param>
/// <param name="Texts">The texts.</param>
/// <param name="Meta">What it cost, and what to know of it.</param>
internal sealed record CohereByType(string ResponseType, string Id, CohereTypes Embeddings, IReadOnlyList<string> Texts, CohereMeta Meta)
{
    public static CohereByType Of(Embedded embedded, CohereEmbedBody body, IReadOnlySet<CohereType> types, string version)
    {
        float[][] vectors = [.. embedded.Items.Select(item => item.Vector)];
        return new CohereByType(
            "embeddings_by_type",
            Guid.NewGuid().ToString(),
            new CohereTypes(
                In(CohereType.Float), In(CohereType.Int8), In(CohereType.UInt8), In(CohereType.Binary), In(CohereType.UBinary), In(CohereType.Base64)),
            body.Texts!.Texts!,
            CohereMeta.Of(embedded, version));

        CohereVectors? In(CohereType type) => types.Contains(type) ? new CohereVectors(vectors, type) : null;
    }
}

/// <summary>One vector per text in each of the types that were asked for; the others are absent. The types are described at <see cref="CohereType"/>.</summary>
internal sealed record CohereTypes(
    CohereVectors? Float,
    CohereVectors? Int8,
    [property: JsonPropertyName("uint8")] CohereVectors? UInt8,
    CohereVectors? Binary,
    [property: JsonPropertyName("ubinary")] CohereVectors? UBinary,
    CohereVectors? Base64);

/// <summary>What a request cost, and what to know of its answer.</summary>
/// <param name="ApiVersion">The version of Cohere's API.</param>
/// <param name="BilledUnits">What Cohere would bill.</param>
/// <param name="Warnings">Truncated texts, another model than asked for; absent where there are none.</param>
internal sealed record CohereMeta(CohereApiVersion ApiVersion, CohereBilledUnits BilledUnits, IReadOnlyList<string>? Warnings)
{
    public static CohereMeta Of(Embedded embedded, string version)
    {
        var warnings = new List<string>();
        if (embedded.TruncatedCount > 0)
        {
            warnings.Add($"{embedded.TruncatedCount} texts were longer than {embedded.Model.Id} takes and were cut.");
        }

        if (embedded.Fallback is { } reason)
        {
            warnings.Add($"The fallback model served: {reason}");
        }

        return new CohereMeta(new CohereApiVersion(version), new CohereBilledUnits(embedded.Tokens), warnings.Count > 0 ? warnings : null);
    }
}

/// <summary>The version of Cohere's API.</summary>
/// <param name="Version"><c>1</c> or <c>2</c>.</param>
internal sealed record CohereApiVersion(string Version);

/// <summary>What Cohere would bill.</summary>
/// <param name="InputTokens">The tokens that were embedded.</param>
internal sealed record CohereBilledUnits(long InputTokens);
