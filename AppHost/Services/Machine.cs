namespace EmbedPlatform.AppHost.Services;

/// <summary>The cores and memory available to the platform.</summary>
/// <param name="Cores">Cores.</param>
/// <param name="Megabytes">Memory, in 1,048,576 bytes.</param>
internal sealed record Machine(int Cores, int Megabytes)
{
    /// <summary>The machine assumed for a published graph, whose target is unknown.</summary>
    public static Machine Nominal { get; } = new(16, 16_384);

    /// <summary>This machine, within the limits of this process.</summary>
    public static Machine Current { get; } = new(Environment.ProcessorCount, (int)(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 20));
}
