namespace EmbedPlatform.Client.Search;

/// <summary>A text to analyze. <c>POST /api/v1/collections/{name}/analyze</c>.</summary>
public sealed record AnalyzeRequest
{
    /// <summary>The text, at most 10,000 characters.</summary>
    public string? Text { get; init; }
}

/// <summary>The terms of a text.</summary>
/// <param name="Language">The collection's language.</param>
/// <param name="FoldAccents">Whether accents are removed.</param>
/// <param name="Version">The version of the analysis.</param>
/// <param name="Tokens">The tokens, in the order of their positions.</param>
public sealed record AnalyzeResponse(string Language, bool FoldAccents, int Version, IReadOnlyList<AnalyzedToken> Tokens);

/// <summary>A term of a text.</summary>
/// <param name="Term">The term in the index.</param>
/// <param name="Kind">
/// <c>word</c>, <c>stop_word</c> (only in phrases), <c>variant</c> (another spelling of the word), <c>compound</c> (several words as
/// one) or <c>bigram</c> (two adjacent characters).
/// </param>
/// <param name="Start">The first UTF-16 code unit in the text.</param>
/// <param name="End">The code unit after the last.</param>
/// <param name="Position">The ordinal of the word; phrases match consecutive positions.</param>
public sealed record AnalyzedToken(string Term, string Kind, int Start, int End, int Position);
