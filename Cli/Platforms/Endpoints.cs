namespace EmbedPlatform.Cli.Platforms;

/// <summary>The addresses of a platform's services; null if unknown.</summary>
/// <param name="Search">SearchApi.</param>
/// <param name="Embed">EmbedService.</param>
/// <param name="Rerank">RerankService.</param>
internal sealed record Endpoints(Uri? Search, Uri? Embed, Uri? Rerank)
{
    /// <summary>No service is known.</summary>
    public static Endpoints None { get; } = new(null, null, null);

    /// <summary>The Aspire dashboard with its login token; null if there is none.</summary>
    public Uri? Dashboard { get; init; }

    /// <summary>The services by name, in display order.</summary>
    public IEnumerable<(string Name, Uri? Address)> All => [("search", Search), ("embed", Embed), ("rerank", Rerank)];

    /// <summary>These addresses, with missing ones taken from others.</summary>
    public Endpoints Or(Endpoints others) =>
        new(Search ?? others.Search, Embed ?? others.Embed, Rerank ?? others.Rerank) { Dashboard = Dashboard ?? others.Dashboard };
}
