using EmbedPlatform.SearchApi.Analysis;

namespace EmbedPlatform.SearchApi.Search.Typing;

/// <summary>A word of a query outside its operators.</summary>
/// <param name="Text">The word as it is typed.</param>
/// <param name="Start">Its first character in the query.</param>
/// <param name="End">The character after its last.</param>
/// <param name="Written">The word in folded case.</param>
/// <param name="Terms">The terms of the index that match it; none for a stop word.</param>
/// <param name="Repeats">Its frequency in the query.</param>
internal sealed record QueryWord(string Text, int Start, int End, string Written, IReadOnlyList<TermVariant> Terms, int Repeats)
{
    public bool IsStopWord { get; init; }

    /// <summary>Whether it is a part of an identifier with digits, such as <c>CVE-2026-2332</c>.</summary>
    public bool IsIdentifier { get; init; }

    /// <summary>The distinct words of a query, in order. A word that is repeated counts once, at its last place.</summary>
    public static List<QueryWord> Of(TextAnalyzer analyzer, TypedQuery query)
    {
        var tokens = analyzer.Analyze(query.Text);
        var words = new List<QueryWord>();
        foreach (var token in tokens)
        {
            if (token.Kind is not (TokenKind.Word or TokenKind.StopWord) || IsFixed(query, token))
            {
                continue;
            }

            var text = query.Text[token.Start..token.End];
            var stem = TermPrefix.Strip(token.Term);
            var scored = query.Words.FirstOrDefault(word => word.Variants.Any(variant => TermPrefix.Strip(variant.Term) == stem));
            if (WrittenWords.Of(analyzer, text) is not { } written || (scored is null && token.Kind == TokenKind.Word))
            {
                continue;
            }

            words.RemoveAll(word => word.Written == written);
            words.Add(
                new QueryWord(text, token.Start, token.End, written, scored?.Variants ?? [], scored?.Repeats ?? 1)
                {
                    IsStopWord = token.Kind == TokenKind.StopWord,
                    IsIdentifier = WrittenWords.HasDigit(WholeOf(query.Text, tokens, token)),
                }
            );
        }

        return words;
    }

    private static bool IsFixed(TypedQuery query, Token token) =>
        query.Operators.Any(part => part.Start.Value < token.End && token.Start < part.End.Value);

    private static ReadOnlySpan<char> WholeOf(string text, List<Token> tokens, Token token)
    {
        var whole = tokens.Find(other => other.Kind == TokenKind.Compound && other.Start <= token.Start && token.End <= other.End);
        return whole.Term is null ? text.AsSpan(token.Start, token.End - token.Start) : text.AsSpan(whole.Start, whole.End - whole.Start);
    }
}
