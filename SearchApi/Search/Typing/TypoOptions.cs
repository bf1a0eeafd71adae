using System.ComponentModel.DataAnnotations;

namespace EmbedPlatform.SearchApi.Search.Typing;

/// <summary>Options of typo tolerance, search-as-you-type and suggestions.</summary>
internal sealed class TypoOptions
{
    /// <summary>Whether searches correct mistyped words if the request does not set <c>typo_tolerance</c>.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>The length of a word, in letters, from which one edit is corrected.</summary>
    [Range(2, 100)]
    public int OneEditFrom { get; set; } = 4;

    /// <summary>The length of a word, in letters, from which two edits are corrected; at least <see cref="OneEditFrom"/>.</summary>
    [Range(2, 100)]
    public int TwoEditsFrom { get; set; } = 8;

    /// <summary>The maximum number of stems that a mistyped word is corrected to.</summary>
    [Range(1, 100)]
    public int MaxExpansions { get; set; } = 8;

    /// <summary>
    /// The memory for the words of the collections that are searched. A collection whose words take more is searched without typo
    /// tolerance and completions, which its responses say.
    /// </summary>
    [Range(1, 100_000)]
    public int DictionaryMegabytes { get; set; } = 64;
}
