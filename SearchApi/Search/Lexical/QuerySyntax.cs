using System.Text.RegularExpressions;

namespace EmbedPlatform.SearchApi.Search.Lexical;

/// <summary>
/// What a query says beyond words: <c>"exact words"</c> stand beside each other in every hit, and <c>word*</c> stands for all words that
/// begin so.
/// </summary>
/// <param name="Text">The query without the marks.</param>
/// <param name="Plain">What is looked for word by word: the text without the beginnings.</param>
/// <param name="Phrases">What stands between double quotes.</param>
/// <param name="Prefixes">Beginnings of words.</param>
internal sealed partial record QuerySyntax(string Text, string Plain, IReadOnlyList<string> Phrases, IReadOnlyList<string> Prefixes)
{
    /// <summary>The most phrases and the most beginnings of a query.</summary>
    public const int Most = 10;

    private const string Prefix = @"(?<![\p{L}\p{N}\p{M}*])(?<word>[\p{L}\p{N}][\p{L}\p{N}\p{M}]+)\*(?![\p{L}\p{N}\p{M}*])";

    /// <summary>
    /// Reads a query. A quote without its partner and an asterisk elsewhere than behind two letters or digits are no marks.
    /// </summary>
    public static QuerySyntax Read(string query)
    {
        if (query.AsSpan().IndexOfAny('"', '*') < 0)
        {
            return new QuerySyntax(query, query, [], []);
        }

        var phrases = QuoteRule().Matches(query).Where(IsPhrase).Select(Inside).ToList();
        // What stands between quotes is no beginning of anything.
        var loose = QuoteRule().Replace(query, match => IsPhrase(match) ? " " : match.Value);
        var prefixes = PrefixRule().Matches(loose).Select(match => match.Groups["word"].Value).Distinct().ToList();
        if (phrases.Count == 0 && prefixes.Count == 0)
        {
            return new QuerySyntax(query, query, [], []);
        }

        var text = EitherRule()
            .Replace(
                query,
                match =>
                    match.Groups["word"].Success ? match.Groups["word"].Value
                    : IsPhrase(match) ? Inside(match)
                    : match.Value
            );
        return new QuerySyntax(text, string.Join(' ', [PrefixRule().Replace(loose, " "), .. phrases]), phrases, prefixes);
    }

    private static bool IsPhrase(Match quoted) => quoted.Value.Any(char.IsLetterOrDigit);

    private static string Inside(Match quoted) => quoted.Value[1..^1];

    [GeneratedRegex("\"[^\"]*\"", RegexOptions.CultureInvariant)]
    private static partial Regex QuoteRule();

    [GeneratedRegex(Prefix, RegexOptions.CultureInvariant)]
    private static partial Regex PrefixRule();

    [GeneratedRegex("\"[^\"]*\"|" + Prefix, RegexOptions.CultureInvariant)]
    private static partial Regex EitherRule();
}
