namespace EmbedPlatform.Cli.Platforms;

/// <summary>Where the services of a platform listen; null where it is not known.</summary>
/// <param name="Search">SearchApi.</param>
/// <param name="Embed">EmbedService.</param>
/// <param name="Rerank">RerankService.</param>
internal sealed record Endpoints(Uri? Search, Uri? Embed, Uri? Rerank)
{
    /// <summary>No service is known.</summary>
    public static Endpoints None { get; } = new(null, null, null);

    /// <summary>The Aspire dashboard with the token that lets a browser in; null where there is none.</summary>
    public Uri? Dashboard { get; init; }

    /// <summary>The services by name, in the order in which they are told of.</summary>
    public IEnumerable<(string Name, Uri? Address)> All => [("search", Search), ("embed", Embed), ("rerank", Rerank)];

    /// <summary>These, completed by others where these are not known.</summary>
    public Endpoints Or(Endpoints others) =>
        new(Search ?? others.Search, Embed ?? others.Embed, Rerank ?? others.Rerank) { Dashboard = Dashboard ?? others.Dashboard };
}
