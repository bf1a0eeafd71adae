namespace EmbedPlatform.Bench.Http;

/// <summary>The options of <c>embedctl bench http</c>.</summary>
internal sealed record HttpSettings
{
    public string? Model { get; init; }
    public required string ModelsRoot { get; init; }
    public string? Texts { get; init; }
    public string? Redis { get; init; }
    public int Count { get; init; }
    public int Rounds { get; init; }
    public int Seconds { get; init; }
    public int Factor { get; init; }
    public int DeadlineMs { get; init; }
    public bool Node { get; init; }
}
