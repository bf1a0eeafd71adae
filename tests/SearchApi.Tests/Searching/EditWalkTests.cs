using EmbedPlatform.SearchApi.Analysis;
using EmbedPlatform.SearchApi.Search.Typing;
using Xunit;

namespace EmbedPlatform.SearchApi.Tests.Searching;

/// <summary>The walk over sorted words finds exactly what a comparison with every word finds.</summary>
public sealed class EditWalkTests
{
    private const int Seed = 17;

    [Theory]
    [InlineData("abc", 3_000, 9)]
    [InlineData("abcdefghijklmnopqrstuvwxyz", 20_000, 6)]
    [InlineData("аикцжш", 3_000, 8)]
    public void Words_within_one_and_two_edits_are_those_of_a_comparison_with_every_word(string letters, int count, int maxLength)
    {
        var random = new Random(Seed);
        string[] words = [.. Enumerable.Range(0, count).Select(_ => RandomWord()).Distinct()];
        var dictionary = Dictionary(words);

        for (var i = 0; i < 300; i++)
        {
            var key = i % 2 == 0 ? RandomWord() : Mistype(words[random.Next(words.Length)]);
            foreach (var edits in (int[])[0, 1, 2])
            {
                var expected = words
                    .Select(word => (word, Distance(key, word)))
                    .Where(pair => pair.Item2 <= edits)
                    .Order(Comparer<(string, int)>.Create((one, other) => string.CompareOrdinal(one.Item1, other.Item1)));

                Assert.Equal(expected, dictionary.Near(key, edits).Select(near => (dictionary[near.Index].Written, near.Edits)));
            }
        }

        string RandomWord() =>
            new([.. Enumerable.Range(0, random.Next(1, maxLength + 1)).Select(_ => letters[random.Next(letters.Length)])]);

        string Mistype(string word)
        {
            var at = random.Next(word.Length);
            return random.Next(3) switch
            {
                0 => word.Insert(at, letters[random.Next(letters.Length)].ToString()),
                1 when word.Length > 1 => word.Remove(at, 1),
                _ => at + 1 < word.Length ? $"{word[..at]}{word[at + 1]}{word[at]}{word[(at + 2)..]}" : word,
            };
        }
    }

    [Fact]
    public void Words_that_begin_near_a_prefix_are_those_whose_beginning_is()
    {
        var random = new Random(Seed);
        string[] words =
        [
            .. Enumerable
                .Range(0, 4_000)
                .Select(_ => new string([.. Enumerable.Range(0, random.Next(1, 12)).Select(_ => (char)('a' + random.Next(4)))]))
                .Distinct(),
        ];
        var dictionary = Dictionary(words);

        for (var i = 0; i < 200; i++)
        {
            var prefix = new string([.. Enumerable.Range(0, 5).Select(_ => (char)('a' + random.Next(4)))]);

            Assert.Equal(
                words
                    .Where(word => Enumerable.Range(1, word.Length).Any(length => Distance(prefix, word[..length]) <= 1))
                    .Order(StringComparer.Ordinal),
                dictionary.BeginningNear(prefix, 1).Select(near => dictionary[near.Index].Written)
            );
        }
    }

    [Fact]
    public void Swapped_neighbours_are_one_edit() => Assert.Equal([("library", 1)], Near("libarry", 1, "library", "librarian", "barley"));

    [Fact]
    public void Words_are_compared_without_their_accents() => Assert.Equal([("résumé", 1)], Near("resme", 1, "résumé", "presume"));

    [Fact]
    public void Completions_are_the_most_frequent_words_that_begin_so_and_no_stop_words()
    {
        var dictionary = new WordDictionary(
            new Dictionary<string, int>
            {
                ["the"] = -90,
                ["theory"] = 3,
                ["theme"] = 7,
                ["thermal"] = 5,
                ["then"] = 5,
                ["other"] = 50,
            },
            word => word,
            100
        );

        Assert.Equal(["theme", "then", "thermal"], dictionary.Completions("the", 3).Select(word => word.Written));
        Assert.Empty(dictionary.Completions("z", 3));
    }

    private static IEnumerable<(string, int)> Near(string key, int edits, params string[] words)
    {
        var dictionary = Dictionary(words);
        return dictionary.Near(key, edits).Select(near => (dictionary[near.Index].Written, near.Edits));
    }

    private static WordDictionary Dictionary(IEnumerable<string> words) =>
        new(words.Select(word => KeyValuePair.Create(word, 1)), AccentFolding.Fold, 1);

    /// <summary>Optimal string alignment, cell by cell.</summary>
    private static int Distance(string one, string other)
    {
        var cells = new int[one.Length + 1, other.Length + 1];
        for (var i = 0; i <= one.Length; i++)
        {
            for (var j = 0; j <= other.Length; j++)
            {
                cells[i, j] =
                    i == 0 ? j
                    : j == 0 ? i
                    : Math.Min(Math.Min(cells[i - 1, j], cells[i, j - 1]) + 1, cells[i - 1, j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1])
                {
                    cells[i, j] = Math.Min(cells[i, j], cells[i - 2, j - 2] + 1);
                }
            }
        }

        return cells[one.Length, other.Length];
    }
}
