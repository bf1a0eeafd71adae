namespace EmbedPlatform.Bench.Replicas;

/// <summary>The options of <c>embedctl bench replicas</c> that each run has.</summary>
internal sealed record ReplicasSettings
{
    public int Documents { get; init; }
    public int Seconds { get; init; }

    /// <summary>Cores of each EmbedService.</summary>
    public double EmbedCores { get; init; }

    /// <summary>Cores of each SearchApi.</summary>
    public double SearchCores { get; init; }

    public string? Model { get; init; }
    public required string ModelsRoot { get; init; }
}
