using System.Text.RegularExpressions;

namespace EmbedPlatform.Bench.Typos;

/// <summary>
/// Mistypes queries: each edit inserts, deletes, substitutes or transposes letters at a random place of a random word. Words have at least
/// four letters, and no digits beside them: the words that typo tolerance is for.
/// </summary>
internal static partial class TypoGenerator
{
    private const int Kinds = 4;
    private const string Letters = "abcdefghijklmnopqrstuvwxyz";

    /// <summary>The words of a text that can be mistyped.</summary>
    public static IReadOnlyList<Match> Words(string text) => Word().Matches(text);

    /// <summary>A text with a number of edits; null if it has no word to mistype.</summary>
    public static string? Mistype(string text, int edits, Random random)
    {
        var mistyped = text;
        for (var i = 0; i < edits; i++)
        {
            var words = Words(mistyped);
            if (words.Count == 0)
            {
                return null;
            }

            var word = words[random.Next(words.Count)];
            mistyped = mistyped[..word.Index] + Edit(word.Value, random) + mistyped[(word.Index + word.Length)..];
        }

        return mistyped;
    }

    private static string Edit(string word, Random random)
    {
        while (true)
        {
            var (at, letter) = (random.Next(word.Length), Letters[random.Next(Letters.Length)]);
            var edited = random.Next(Kinds) switch
            {
                0 => word.Insert(at, letter.ToString()),
                1 => word.Remove(at, 1),
                2 => word.Remove(at, 1).Insert(at, letter.ToString()),
                _ => at + 1 < word.Length ? $"{word[..at]}{word[at + 1]}{word[at]}{word[(at + 2)..]}" : word,
            };
            if (!string.Equals(edited, word, StringComparison.OrdinalIgnoreCase))
            {
                return edited;
            }
        }
    }

    [GeneratedRegex(@"(?<!\S*\d\S*)(?<!\p{L})\p{L}{4,}(?!\p{L})(?!\S*\d)")]
    private static partial Regex Word();
}
