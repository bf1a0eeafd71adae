namespace EmbedPlatform.SearchApi.Storage.Distribution;

/// <summary>
/// The limits of expanding a prefix into terms: of the matching terms, the first <see cref="MaxRead"/> by code points are read, and the
/// <see cref="MaxKept"/> with the highest document frequency are kept.
/// </summary>
internal static class PrefixExpansion
{
    public const int MaxRead = 1_000;

    public const int MaxKept = 64;
}
