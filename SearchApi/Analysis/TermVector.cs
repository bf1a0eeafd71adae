using System.Runtime.InteropServices;

namespace EmbedPlatform.SearchApi.Analysis;

/// <summary>The terms of a document and the order of its words.</summary>
/// <param name="Terms">The distinct terms; those of the words before their variants and compounds.</param>
/// <param name="Frequencies">The frequency of each term.</param>
/// <param name="Length">The number of words that are not stop words.</param>
/// <param name="Positions">The index into <paramref name="Terms"/> of each word, in order.</param>
internal sealed record TermVector(string[] Terms, int[] Frequencies, int Length, int[] Positions)
{
    private const int PayloadBits = 7;
    private const int More = 1 << PayloadBits;

    public static TermVector From(List<Token> tokens)
    {
        var indexes = new Dictionary<string, int>(tokens.Count, StringComparer.Ordinal);
        var frequencies = new List<int>(tokens.Count);
        var positions = new List<int>(tokens.Count);
        var length = 0;
        foreach (var token in tokens.Where(IsWord))
        {
            positions.Add(Count(token.Term));
            length += token.Kind == TokenKind.Word ? 1 : 0;
        }

        foreach (var token in tokens.Where(token => !IsWord(token)))
        {
            Count(token.Term);
        }

        var terms = new string[indexes.Count];
        foreach (var (term, index) in indexes)
        {
            terms[index] = term;
        }

        return new TermVector(terms, [.. frequencies], length, [.. positions]);

        int Count(string term)
        {
            ref var index = ref CollectionsMarshal.GetValueRefOrAddDefault(indexes, term, out var exists);
            if (!exists)
            {
                index = frequencies.Count;
                frequencies.Add(0);
            }

            frequencies[index]++;
            return index;
        }
    }

    /// <summary>Positions as stored: variable-length integers with seven bits per byte, the lowest first.</summary>
    public static byte[] Encode(int[] positions)
    {
        var bytes = new List<byte>(positions.Length * 2);
        foreach (var position in positions)
        {
            var rest = position;
            for (; rest >= More; rest >>= PayloadBits)
            {
                bytes.Add((byte)(rest | More));
            }

            bytes.Add((byte)rest);
        }

        return [.. bytes];
    }

    /// <summary>The positions that <see cref="Encode"/> stored.</summary>
    public static List<int> Decode(byte[] bytes)
    {
        var positions = new List<int>(bytes.Length);
        var (value, shift) = (0, 0);
        foreach (var one in bytes)
        {
            value |= (one & (More - 1)) << shift;
            shift += PayloadBits;
            if (one < More)
            {
                positions.Add(value);
                (value, shift) = (0, 0);
            }
        }

        return positions;
    }

    private static bool IsWord(Token token) => token.Kind is TokenKind.Word or TokenKind.StopWord;
}
