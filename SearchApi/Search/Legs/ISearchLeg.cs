using EmbedPlatform.Client.Search;

namespace EmbedPlatform.SearchApi.Search.Legs;

/// <summary>One way to find and to score documents. A hybrid search runs all legs side by side and fuses their scores.</summary>
internal interface ISearchLeg
{
    /// <summary>The mode that searches this leg alone.</summary>
    SearchMode Mode { get; }

    /// <summary>Finds the leg's best documents.</summary>
    /// <exception cref="Failures.ApiException">503 where no other leg can answer and this one cannot either.</exception>
    Task<LegResult> SearchAsync(LegRequest request, CancellationToken cancellationToken);
}
