using System.Text.RegularExpressions;

namespace EmbedPlatform.SearchApi.Search.Lexical;

/// <summary>A query's operators: every hit contains <c>"exact words"</c> as a phrase, and <c>word*</c> is a prefix.</summary>
/// <param name="Text">The query without the operators.</param>
/// <param name="Plain">The words to match as terms: the text without the prefixes.</param>
/// <param name="Phrases">The phrases in double quotes.</param>
/// <param name="Prefixes">The prefixes.</param>
internal sealed partial record QuerySyntax(string Text, string Plain, IReadOnlyList<string> Phrases, IReadOnlyList<string> Prefixes)
{
    /// <summary>The maximum number of phrases, and of prefixes.</summary>
    public const int MaxPerKind = 10;

    private const string Prefix = @"(?<![\p{L}\p{N}\p{M}*])(?<word>[\p{L}\p{N}][\p{L}\p{N}\p{M}]+)\*(?![\p{L}\p{N}\p{M}*])";

    /// <summary>
    /// Parses a query. Only a pair of quotes is a phrase, and only an asterisk after at least two letters or digits is a prefix.
    /// </summary>
    public static QuerySyntax Read(string query)
    {
        if (query.AsSpan().IndexOfAny('"', '*') < 0)
        {
            return new QuerySyntax(query, query, [], []);
        }

        var phrases = QuoteRule().Matches(query).Where(IsPhrase).Select(Inside).ToList();
        // Prefixes are not parsed inside phrases.
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
