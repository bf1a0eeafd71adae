namespace EmbedPlatform.SearchApi.Collections;

/// <summary>A collection as the store knows it.</summary>
/// <param name="Id">The row's id.</param>
/// <param name="Tenant">Whose it is; empty where the tenant has no name.</param>
/// <param name="Name">The name, unique for its tenant.</param>
/// <param name="Language">The text search configuration.</param>
/// <param name="ChunkTokens">The most tokens of a chunk.</param>
/// <param name="ChunkOverlap">How many tokens a chunk repeats of the one before.</param>
/// <param name="Space">Where its vectors lie.</param>
/// <param name="CreatedAt">When it was made.</param>
internal sealed record CollectionRow(
    long Id, string Tenant, string Name, string Language, int ChunkTokens, int ChunkOverlap, EmbeddingSpace Space, DateTimeOffset CreatedAt);

/// <summary>The vectors of one model for one collection.</summary>
/// <param name="Id">The space's id.</param>
/// <param name="Model">The model's id.</param>
/// <param name="Revision">What identifies its weights.</param>
/// <param name="Dimension">The length of a vector.</param>
internal sealed record EmbeddingSpace(long Id, string Model, string Revision, int Dimension)
{
    /// <summary>The table of the vectors; made of a number, so safe inside SQL.</summary>
    public string Table => TableOf(Id);

    /// <summary>The table of a space.</summary>
    public static string TableOf(long id) => FormattableString.Invariant($"embedding_{id}");
}

/// <summary>What a new collection is made with; all defaults are decided.</summary>
internal sealed record NewCollection(
    string Tenant, string Name, string Language, int ChunkTokens, int ChunkOverlap, string Model, string Revision, int Dimension);
