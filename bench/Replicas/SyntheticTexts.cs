namespace EmbedPlatform.Bench.Replicas;

/// <summary>Synthetic documents with word frequencies after Zipf's law; the same number gives the same document.</summary>
internal static class SyntheticTexts
{
    private const int Words = 5000;
    private const int WordsOfDocument = 60;

    private static readonly string[] Syllables =
    [
        "ba",
        "ko",
        "ti",
        "ran",
        "mel",
        "du",
        "sor",
        "phi",
        "gan",
        "lu",
        "ver",
        "nas",
        "tor",
        "qui",
        "em",
        "bel",
    ];

    public static string Document(int number) => string.Join(' ', Draw(new Random(number), WordsOfDocument)) + $" {number}";

    /// <summary>Three words of a document, and a number that makes the question new.</summary>
    public static string Question(int number, int documents)
    {
        var words = Draw(new Random(number % documents), WordsOfDocument).ToArray();
        return $"{words[number % 7]} {words[11 + (number % 13)]} {words[30 + (number % 17)]} {number}";
    }

    private static IEnumerable<string> Draw(Random random, int count) =>
        Enumerable.Range(0, count).Select(_ => Word((int)Math.Exp(random.NextDouble() * Math.Log(Words))));

    private static string Word(int rank) =>
        string.Concat(
            Syllables[rank % 16],
            Syllables[rank / 16 % 16],
            rank >= 256 ? Syllables[rank / 256 % 16] + Syllables[rank / 4096 % 16] : ""
        );
}
