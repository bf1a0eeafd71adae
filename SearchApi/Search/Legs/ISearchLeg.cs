using EmbedPlatform.Client.Search;

namespace EmbedPlatform.SearchApi.Search.Legs;

/// <summary>A retrieval method. A hybrid search runs all legs in parallel and fuses their scores.</summary>
internal interface ISearchLeg
{
    /// <summary>The mode that uses this leg alone.</summary>
    SearchMode Mode { get; }

    /// <summary>Retrieves the leg's best documents.</summary>
    /// <exception cref="Failures.ApiException">503: this leg failed and the search has no other.</exception>
    Task<LegResult> SearchAsync(LegRequest request, CancellationToken cancellationToken);
}
