namespace EmbedPlatform.AppHost.Services;

/// <summary>What the platform has to share out.</summary>
/// <param name="Cores">Cores.</param>
/// <param name="Megabytes">Memory, in 1,048,576 bytes.</param>
internal sealed record Machine(int Cores, int Megabytes)
{
    /// <summary>The one that a published graph is written for: nobody knows where it will run.</summary>
    public static Machine Nominal { get; } = new(16, 16_384);

    /// <summary>This one, or what of it this process may use.</summary>
    public static Machine Current { get; } = new(Environment.ProcessorCount, (int)(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 20));
}
