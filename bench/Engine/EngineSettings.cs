namespace EmbedPlatform.Bench.Engine;

/// <summary>The options of <c>embedctl bench engine</c>.</summary>
internal sealed record EngineSettings
{
    public required string Scenario { get; init; }
    public string? Model { get; init; }
    public required string ModelsRoot { get; init; }
    public int? MaxTokens { get; init; }
    public string? Texts { get; init; }
    public bool UniformLengths { get; init; }
    public int? Count { get; init; }
    public int Workers { get; init; }
    public int? BatchTokens { get; init; }
    public int Rounds { get; init; }
    public int PeerEvery { get; init; }
    public bool Node { get; init; }
    public string? Llama { get; init; }
    public int? Soak { get; init; }

    /// <summary>The contender that a process started by the scenario memory measures.</summary>
    public string? Contender { get; init; }

    /// <summary>The model of a process that measures llama.cpp.</summary>
    public string? Gguf { get; init; }
}
