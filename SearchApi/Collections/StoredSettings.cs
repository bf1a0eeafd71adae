using System.Text.Json;
using System.Text.Json.Serialization;
using EmbedPlatform.Client.Search;

namespace EmbedPlatform.SearchApi.Collections;

/// <summary>What a collection's row keeps as <c>settings</c> jsonb.</summary>
internal sealed record StoredSettings
{
    /// <summary>Chunks end where sentences end.</summary>
    public const string BySentence = "sentence";

    /// <summary>Chunks end where sections of markdown end, and inside them where sentences end.</summary>
    public const string ByHeading = "heading";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private TextTemplate? _template;

    /// <summary>The text template; null for the default.</summary>
    public string? TextTemplate { get; init; }

    /// <summary>Where chunks may end; null for <see cref="BySentence"/>.</summary>
    public string? ChunkBy { get; init; }

    /// <summary>The declared metadata fields by name, every property decided; null or empty where none is.</summary>
    public IReadOnlyDictionary<string, FieldSettings>? Fields { get; init; }

    /// <summary>What each leg counts in searches that do not say; null for what is known of the models.</summary>
    public LegWeights? Weights { get; init; }

    /// <summary>How hybrid search fuses its legs.</summary>
    public FusionMode? Fusion { get; init; }

    /// <summary>Whether hybrid search reranks.</summary>
    public RerankMode? Rerank { get; init; }

    /// <summary>How many of the fused candidates are reranked.</summary>
    public int? RerankDepth { get; init; }

    /// <summary>The template, read.</summary>
    [JsonIgnore]
    public TextTemplate Template =>
        _template ??= TextTemplate is null ? Collections.TextTemplate.Default : Collections.TextTemplate.Parse(TextTemplate);

    /// <summary>Whether a section is never mixed with its neighbours.</summary>
    [JsonIgnore]
    public bool SplitsAtHeadings => ChunkBy == ByHeading;

    /// <summary>Reads the column.</summary>
    public static StoredSettings Read(string json) => JsonSerializer.Deserialize<StoredSettings>(json, Json)!;

    /// <summary>Writes the column.</summary>
    public string Write() => JsonSerializer.Serialize(this, Json);
}
