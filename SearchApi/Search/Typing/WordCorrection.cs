using EmbedPlatform.SearchApi.Analysis;

namespace EmbedPlatform.SearchApi.Search.Typing;

/// <summary>A mistyped word of a query and the words it may mean.</summary>
/// <param name="Word">The word as it is typed.</param>
/// <param name="Start">Its first character in the query.</param>
/// <param name="End">The character after its last.</param>
/// <param name="Candidates">The words it may mean, the most likely first.</param>
/// <param name="Replacement">The word to show instead, if it is much more frequent.</param>
internal sealed record WordCorrection(string Word, int Start, int End, IReadOnlyList<CorrectedWord> Candidates, string? Replacement);

/// <summary>A word of the collection that a mistyped word may mean.</summary>
/// <param name="Written">The word as it is written, in folded case.</param>
/// <param name="Term">Its terms in the index, with a share of the weight of a word that is typed correctly.</param>
internal sealed record CorrectedWord(string Written, QueryTerm Term);

/// <summary>What a query's words may mean beyond what they are.</summary>
internal sealed record TypedWords
{
    /// <summary>Every word is what it is.</summary>
    public static readonly TypedWords AsTyped = new();

    /// <summary>The mistyped words.</summary>
    public IReadOnlyList<WordCorrection> Corrections { get; init; } = [];

    /// <summary>The words that the last one may be the beginning of.</summary>
    public QueryTerm? Completions { get; init; }

    /// <summary>The last word, if the database must complete it.</summary>
    public string? UnknownPrefix { get; init; }

    /// <summary>The query with its mistyped words replaced; null if there is nothing to replace.</summary>
    public string? DidYouMean { get; init; }

    /// <summary>Why words could not be corrected or completed; null if they could.</summary>
    public string? Unavailable { get; init; }

    /// <summary>Whether the words of an earlier version of the collection were used.</summary>
    public bool IsOutdated { get; init; }

    /// <summary>The additional terms of the query.</summary>
    public IEnumerable<QueryTerm> Terms =>
        [
            .. Corrections.SelectMany(correction => correction.Candidates).Select(candidate => candidate.Term),
            .. Completions is null ? [] : new[] { Completions },
        ];
}
