using System.Globalization;
using System.Text.RegularExpressions;
using EmbedPlatform.SearchApi.Search.Typing;

namespace EmbedPlatform.SearchApi.Search.Lexical;

/// <summary>Words that every hit contains side by side.</summary>
/// <param name="Slop">How many places the words may be away from each other's expected place.</param>
internal sealed record Phrase(string Words, int Slop);

/// <summary>
/// A query's operators: every hit contains <c>"exact words"</c> as a phrase, <c>"near words"~3</c> with up to three places of slop, and
/// <c>word*</c> is a prefix.
/// </summary>
/// <param name="Text">The query without the operators.</param>
/// <param name="Plain">The words to match as terms: the text without the prefixes.</param>
/// <param name="Phrases">The phrases in double quotes.</param>
/// <param name="Prefixes">The prefixes.</param>
internal sealed partial record QuerySyntax(string Text, string Plain, IReadOnlyList<Phrase> Phrases, IReadOnlyList<string> Prefixes)
{
    /// <summary>How the words outside the operators are read.</summary>
    public TypingMode Typing { get; init; } = TypingMode.Off;

    /// <summary>The query as it is typed.</summary>
    public string Query { get; init; } = Text;

    /// <summary>The parts of the query that mean exactly what they are.</summary>
    public IReadOnlyList<Range> Operators { get; init; } = [];

    /// <summary>The maximum number of phrases, and of prefixes.</summary>
    public const int MaxPerKind = 10;

    private const string Quote = "\"(?<words>[^\"]*)\"(?:~(?<slop>[0-9]{1,3})(?![0-9]))?";
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

        var phrases = QuoteRule().Matches(query).Where(IsPhrase).Select(ToPhrase).ToList();
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
                    : IsPhrase(match) ? match.Groups["words"].Value
                    : match.Value
            );
        var plain = string.Join(' ', [PrefixRule().Replace(loose, " "), .. phrases.Select(phrase => phrase.Words)]);
        var operators = EitherRule().Matches(query).Where(match => match.Groups["word"].Success || IsPhrase(match));
        return new QuerySyntax(text, plain, phrases, prefixes)
        {
            Query = query,
            Operators = [.. operators.Select(match => match.Index..(match.Index + match.Length))],
        };
    }

    private static bool IsPhrase(Match quoted) => quoted.Groups["words"].Value.Any(char.IsLetterOrDigit);

    private static Phrase ToPhrase(Match quoted) =>
        new(
            quoted.Groups["words"].Value,
            quoted.Groups["slop"].Success ? int.Parse(quoted.Groups["slop"].ValueSpan, CultureInfo.InvariantCulture) : 0
        );

    [GeneratedRegex(Quote, RegexOptions.CultureInvariant)]
    private static partial Regex QuoteRule();

    [GeneratedRegex(Prefix, RegexOptions.CultureInvariant)]
    private static partial Regex PrefixRule();

    [GeneratedRegex(Quote + "|" + Prefix, RegexOptions.CultureInvariant)]
    private static partial Regex EitherRule();
}
