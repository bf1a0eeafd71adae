using System.Text.Json.Serialization;
using EmbedPlatform.EmbedService.Embedding;

namespace EmbedPlatform.EmbedService.Formats.Cohere;

/// <summary>Version 1's answer to a request that names no types: floats.</summary>
/// <param name="ResponseType">Always <c>embeddings_floats</c>.</param>
internal sealed record CohereFloatsResponse(
    string ResponseType,
    string Id,
    CohereVectors Embeddings,
    IReadOnlyList<string> Texts,
    CohereMeta Meta
)
{
    public static CohereFloatsResponse From(EmbeddingResult result, CohereEmbedRequest request) =>
        new(
            "embeddings_floats",
            Guid.NewGuid().ToString(),
            new CohereVectors([.. result.Items.Select(item => item.Vector)], CohereType.Float),
            request.Texts!.Texts!,
            CohereMeta.From(result, "1")
        );
}

/// <summary>The answer to a request that names types, and every answer of version 2.</summary>
/// <param name="ResponseType">Always <c>embeddings_by_type</c>.</param>
internal sealed record CohereTypesResponse(
    string ResponseType,
    string Id,
    CohereEmbeddings Embeddings,
    IReadOnlyList<string> Texts,
    CohereMeta Meta
)
{
    public static CohereTypesResponse From(
        EmbeddingResult result,
        CohereEmbedRequest request,
        IReadOnlySet<CohereType> types,
        string version
    )
    {
        float[][] vectors = [.. result.Items.Select(item => item.Vector)];
        return new CohereTypesResponse(
            "embeddings_by_type",
            Guid.NewGuid().ToString(),
            new CohereEmbeddings(
                As(CohereType.Float),
                As(CohereType.Int8),
                As(CohereType.UInt8),
                As(CohereType.Binary),
                As(CohereType.UBinary),
                As(CohereType.Base64)
            ),
            request.Texts!.Texts!,
            CohereMeta.From(result, version)
        );

        CohereVectors? As(CohereType type) => types.Contains(type) ? new CohereVectors(vectors, type) : null;
    }
}

/// <summary>The vectors of each requested type; other types are absent.</summary>
internal sealed record CohereEmbeddings(
    CohereVectors? Float,
    CohereVectors? Int8,
    [property: JsonPropertyName("uint8")] CohereVectors? UInt8,
    CohereVectors? Binary,
    [property: JsonPropertyName("ubinary")] CohereVectors? UBinary,
    CohereVectors? Base64
);

/// <param name="Warnings">Truncated texts and a fallback model; absent without either.</param>
internal sealed record CohereMeta(CohereApiVersion ApiVersion, CohereBilledUnits BilledUnits, IReadOnlyList<string>? Warnings)
{
    public static CohereMeta From(EmbeddingResult result, string version)
    {
        var warnings = new List<string>();
        if (result.TruncatedCount > 0)
        {
            warnings.Add($"{result.TruncatedCount} texts exceeded the maximum length of {result.Model.Id} and were truncated.");
        }

        if (result.Fallback is { } reason)
        {
            warnings.Add($"The fallback model answered: {reason}");
        }

        return new CohereMeta(new CohereApiVersion(version), new CohereBilledUnits(result.Tokens), warnings.Count > 0 ? warnings : null);
    }
}

/// <param name="Version"><c>1</c> or <c>2</c>.</param>
internal sealed record CohereApiVersion(string Version);

internal sealed record CohereBilledUnits(long InputTokens);
