using System.Globalization;
using System.Text.RegularExpressions;
using EmbedPlatform.SearchApi.Search.Typing;

namespace EmbedPlatform.SearchApi.Search.Lexical;

/// <summary>Words that every hit contains side by side.</summary>
/// <param name="Slop">How many places the words may be away from each other's expected place.</param>
internal sealed record Phrase(string Words, int Slop);

/// <summary>A word or a phrase that no hit contains.</summary>
/// <param name="Text">The word, or the phrase with its quotes.</param>
/// <param name="Phrase">The phrase; null for a word.</param>
internal sealed record Exclusion(string Text, Phrase? Phrase);

/// <summary>
/// A query's operators: every hit contains <c>"exact words"</c> as a phrase, <c>"near words"~3</c> with up to three places of slop,
/// <c>word*</c> is a prefix, and no hit contains <c>-word</c> or <c>-"exact words"</c>.
/// </summary>
/// <param name="Text">The query without the operators.</param>
/// <param name="Plain">The words to match as terms: the text without the prefixes.</param>
/// <param name="Phrases">The phrases in double quotes.</param>
/// <param name="Prefixes">The prefixes.</param>
internal sealed partial record QuerySyntax(string Text, string Plain, IReadOnlyList<Phrase> Phrases, IReadOnlyList<string> Prefixes)
{
    /// <summary>The words and phrases that no hit contains.</summary>
    public IReadOnlyList<Exclusion> Exclusions { get; init; } = [];

    /// <summary>How the words outside the operators are read.</summary>
    public TypingMode Typing { get; init; } = TypingMode.Off;

    /// <summary>The query as it is typed.</summary>
    public string Query { get; init; } = Text;

    /// <summary>The parts of the query that mean exactly what they are.</summary>
    public IReadOnlyList<Range> Operators { get; init; } = [];

    /// <summary>The maximum number of phrases, of prefixes, and of exclusions.</summary>
    public const int MaxPerKind = 10;

    private const string Quote = "\"(?<words>[^\"]*)\"(?:~(?<slop>[0-9]{1,3})(?![0-9]))?";
    private const string Prefix = @"(?<![\p{L}\p{N}\p{M}*])(?<word>[\p{L}\p{N}][\p{L}\p{N}\p{M}]+)\*(?![\p{L}\p{N}\p{M}*])";

    // A hyphen within a word or a phrase, before another hyphen or before a space has no meaning.
    private const string Excluded = @"(?<!\S)-(?:" + Quote + @"|(?<not>[\p{L}\p{N}][^\s""]*)(?!\S))";

    /// <summary>
    /// Parses a query. Only a pair of quotes is a phrase, and only an asterisk after at least two letters or digits is a prefix.
    /// </summary>
    public static QuerySyntax Read(string query)
    {
        if (!query.Contains('-', StringComparison.Ordinal))
        {
            return ReadWords(query);
        }

        var matches = ExclusionRule().Matches(query).Where(IsExclusion).ToList();
        if (matches.Count == 0)
        {
            return ReadWords(query);
        }

        // Spaces keep the places of the other words.
        var words = ReadWords(ExclusionRule().Replace(query, match => IsExclusion(match) ? new string(' ', match.Length) : match.Value));
        return words with
        {
            Text = words.Text.Trim(),
            Query = query,
            Operators = [.. words.Operators, .. matches.Select(match => match.Index..(match.Index + match.Length))],
            Exclusions = [.. matches.Select(ToExclusion).Distinct()],
        };
    }

    private static QuerySyntax ReadWords(string query)
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

    private static bool IsExclusion(Match match) => match.Value[0] == '-' && (match.Groups["not"].Success || IsPhrase(match));

    private static Exclusion ToExclusion(Match match) =>
        match.Groups["not"].Success ? new Exclusion(match.Groups["not"].Value, null) : new Exclusion(match.Value[1..], ToPhrase(match));

    private static Phrase ToPhrase(Match quoted) =>
        new(
            quoted.Groups["words"].Value,
            quoted.Groups["slop"].Success ? int.Parse(quoted.Groups["slop"].ValueSpan, CultureInfo.InvariantCulture) : 0
        );

    [GeneratedRegex(Quote, RegexOptions.CultureInvariant)]
    private static partial Regex QuoteRule();

    [GeneratedRegex(Excluded + "|" + Quote, RegexOptions.CultureInvariant)]
    private static partial Regex ExclusionRule();

    [GeneratedRegex(Prefix, RegexOptions.CultureInvariant)]
    private static partial Regex PrefixRule();

    [GeneratedRegex(Quote + "|" + Prefix, RegexOptions.CultureInvariant)]
    private static partial Regex EitherRule();
}
