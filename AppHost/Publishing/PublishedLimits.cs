using System.Globalization;

namespace EmbedPlatform.AppHost.Publishing;

/// <summary>What a published service may use.</summary>
/// <param name="Cores">Cores; a model service runs one model per core of them.</param>
/// <param name="Gigabytes">Memory.</param>
internal sealed record PublishedLimits(int Cores, int Gigabytes)
{
    /// <summary>Cores, as Compose writes them.</summary>
    public string Cpus => Cores.ToString(CultureInfo.InvariantCulture);

    /// <summary>Memory, as Compose writes it: <c>6G</c>.</summary>
    public string Memory => $"{Gigabytes}G";

    /// <summary>EmbedService's on a 16-core host.</summary>
    public static PublishedLimits Embed { get; } = new(6, 6);

    /// <summary>RerankService's on a 16-core host.</summary>
    public static PublishedLimits Rerank { get; } = new(4, 4);

    /// <summary>SearchApi's: it waits for others most of the time.</summary>
    public static PublishedLimits Search { get; } = new(2, 1);

    /// <summary>What one of several replicas may use: an equal part, at least a core and two gigabytes for the models it loads.</summary>
    public PublishedLimits Share(int replicas) => replicas == 1 ? this : new(Math.Max(1, Cores / replicas), Math.Max(2, Gigabytes / replicas));
}
