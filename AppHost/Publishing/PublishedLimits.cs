namespace EmbedPlatform.AppHost.Publishing;

/// <summary>What a published service may use, as Compose writes it.</summary>
/// <param name="Cpus">Cores; a model service runs one model per core of them.</param>
/// <param name="Memory">Bytes with a unit, such as <c>6G</c>.</param>
internal sealed record PublishedLimits(string Cpus, string Memory)
{
    /// <summary>EmbedService's on a 16-core host.</summary>
    public static PublishedLimits Embed { get; } = new("6", "6G");

    /// <summary>RerankService's on a 16-core host.</summary>
    public static PublishedLimits Rerank { get; } = new("4", "4G");

    /// <summary>SearchApi's: it waits for others most of the time.</summary>
    public static PublishedLimits Search { get; } = new("2", "1G");
}
