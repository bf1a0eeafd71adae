using System.Text.RegularExpressions;

namespace EmbedPlatform.SearchApi.Searching;

/// <summary>What a query says beyond words: <c>"exact words"</c> stand beside each other in every hit, and <c>word*</c> stands for all words that begin so.</summary>
/// <param name="Text">The query without the marks.</param>
/// <param name="Plain">What is looked for word by word: the text without the beginnings.</param>
/// <param name="Phrases">What stands between double quotes.</param>
/// <param name="Prefixes">Beginnings of words.</param>
internal sealed partial record QueryMarks(string Text, string Plain, IReadOnlyList<string> Phrases, IReadOnlyList<string> Prefixes)
{
    /// <summary>The most phrases and the most beginnings of a query.</summary>
    public const int Most = 10;

    /// <summary>Reads a query. A quote without its partner and an asterisk elsewhere than behind two letters or digits are no marks.</summary>
    public static QueryMarks Read(string query)
    {
        if (query.AsSpan().IndexOfAny('"', '*') < 0)
        {
            return new QueryMarks(query, query, [], []);
        }

        var phrases = PhraseRule().Matches(query).Select(match => match.Groups["words"].Value).ToList();
        // What stands between quotes is no beginning of anything.
        var loose = PhraseRule().Replace(query, " ");
        var prefixes = PrefixRule().Matches(loose).Select(match => match.Groups["word"].Value).Distinct().ToList();
        var inQuotes = string.Concat(phrases.Select(phrase => " " + phrase));
        return phrases.Count == 0 && prefixes.Count == 0
            ? new QueryMarks(query, query, [], [])
            : new QueryMarks(
                PhraseRule().Replace(PrefixRuleOutside(query), match => match.Groups["words"].Value), PrefixRule().Replace(loose, " ") + inQuotes, phrases, prefixes);
    }

    // Outside of quotes only: a phrase keeps what it holds.
    private static string PrefixRuleOutside(string query) => Outside().Replace(query, match => match.Groups["word"].Success ? match.Groups["word"].Value : match.Value);

    [GeneratedRegex("\"(?<words>[^\"]*[\\p{L}\\p{N}][^\"]*)\"", RegexOptions.CultureInvariant)]
    private static partial Regex PhraseRule();

    [GeneratedRegex(@"(?<![\p{L}\p{N}\p{M}*])(?<word>[\p{L}\p{N}][\p{L}\p{N}\p{M}]+)\*(?![\p{L}\p{N}\p{M}*])", RegexOptions.CultureInvariant)]
    private static partial Regex PrefixRule();

    [GeneratedRegex("\"[^\"]*[\\p{L}\\p{N}][^\"]*\"" + @"|(?<![\p{L}\p{N}\p{M}*])(?<word>[\p{L}\p{N}][\p{L}\p{N}\p{M}]+)\*(?![\p{L}\p{N}\p{M}*])", RegexOptions.CultureInvariant)]
    private static partial Regex Outside();
}
