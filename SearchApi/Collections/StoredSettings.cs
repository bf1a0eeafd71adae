using System.Text.Json;
using System.Text.Json.Serialization;
using EmbedPlatform.Client.Search;

namespace EmbedPlatform.SearchApi.Collections;

/// <summary>The <c>settings</c> jsonb column of a collection.</summary>
internal sealed record StoredSettings
{
    /// <summary>Chunks end at sentence ends.</summary>
    public const string BySentence = "sentence";

    /// <summary>Chunks end at the ends of markdown sections, and within a section at sentence ends.</summary>
    public const string ByHeading = "heading";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private TextTemplate? _template;

    /// <summary>The text template; null for the default.</summary>
    public string? TextTemplate { get; init; }

    /// <summary>The chunk boundary; null for <see cref="BySentence"/>.</summary>
    public string? ChunkBy { get; init; }

    /// <summary>Whether lexical search ignores accents; null for true.</summary>
    public bool? FoldAccents { get; init; }

    /// <summary>The declared metadata fields by name, with every property set; null or empty if none is declared.</summary>
    public IReadOnlyDictionary<string, FieldSettings>? Fields { get; init; }

    /// <summary>The default leg weights of searches; null for those of the models.</summary>
    public LegWeights? Weights { get; init; }

    public FusionMode? Fusion { get; init; }

    public RerankMode? Rerank { get; init; }

    public int? RerankDepth { get; init; }

    [JsonIgnore]
    public TextTemplate Template =>
        _template ??= TextTemplate is null ? Collections.TextTemplate.Default : Collections.TextTemplate.Parse(TextTemplate);

    /// <summary>Whether a chunk never spans two markdown sections.</summary>
    [JsonIgnore]
    public bool SplitsAtHeadings => ChunkBy == ByHeading;

    public static StoredSettings Read(string json) => JsonSerializer.Deserialize<StoredSettings>(json, Json)!;

    public string Write() => JsonSerializer.Serialize(this, Json);
}
