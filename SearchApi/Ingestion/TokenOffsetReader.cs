using EmbedPlatform.Client.Embedding;
using EmbedPlatform.SearchApi.Collections;

namespace EmbedPlatform.SearchApi.Ingestion;

/// <summary>The token positions of texts.</summary>
/// <param name="Added">The number of tokens that embedding adds to each text.</param>
/// <param name="Starts">Token starts by text; texts that are short by estimate are absent.</param>
internal sealed record TokenOffsets(int Added, IReadOnlyDictionary<string, int[]> Starts)
{
    /// <summary>The number of tokens that most models add to a text.</summary>
    private const int UsuallyAdded = 2;

    /// <summary>No positions: every text is estimated.</summary>
    public static TokenOffsets None { get; } = new(UsuallyAdded, new Dictionary<string, int[]>());

    /// <summary>The token count of a text, or its estimate.</summary>
    public int Count(string text) => Starts.TryGetValue(text, out var starts) ? starts.Length : Chunker.Estimate(text);
}

/// <summary>Fetches token positions from EmbedService.</summary>
internal sealed class TokenOffsetReader(IEmbedClient client)
{
    private const int TextsPerRequest = 128;

    /// <summary>Long texts are sent in pieces, because requests have size and time limits.</summary>
    private const int PieceLength = 20_000;

    private const int LengthPerRequest = 10 * PieceLength;

    /// <exception cref="ModelMismatchException">EmbedService runs a different model.</exception>
    public async Task<TokenOffsets> FindAsync(EmbeddingSpace space, IReadOnlyCollection<string> texts, CancellationToken cancellationToken)
    {
        var (added, starts) = (
            TokenOffsets.None.Added,
            texts.Distinct(StringComparer.Ordinal).ToDictionary(text => text, _ => new List<int>(), StringComparer.Ordinal)
        );
        foreach (var part in Requests(starts.Keys.SelectMany(Pieces)))
        {
            var request = new TokenizeRequest([.. part.Select(piece => piece.Text.Substring(piece.Start, piece.Length))])
            {
                Model = space.Model,
            };
            var answer = await client.TokenizeAsync(request, cancellationToken);
            ModelMismatchException.CheckModel(space, answer);
            added = answer.AddedTokens;
            foreach (var (piece, places) in part.Zip(answer.Starts))
            {
                starts[piece.Text].AddRange(places.Select(place => place + piece.Start));
            }
        }

        return new TokenOffsets(added, starts.ToDictionary(pair => pair.Key, pair => pair.Value.ToArray(), StringComparer.Ordinal));
    }

    /// <summary>Splits a text before whitespace if possible, because no token spans such a cut.</summary>
    private static IEnumerable<Piece> Pieces(string text)
    {
        for (var start = 0; start < text.Length; )
        {
            var end = Math.Min(start + PieceLength, text.Length);
            if (end < text.Length)
            {
                var cut = end;
                while (cut > start && !char.IsWhiteSpace(text[cut]))
                {
                    cut--;
                }

                end =
                    cut > start ? cut
                    : char.IsLowSurrogate(text[end]) ? end - 1
                    : end;
            }

            if (!text.AsSpan(start, end - start).IsWhiteSpace())
            {
                yield return new Piece(text, start, end - start);
            }

            start = end;
        }
    }

    private static IEnumerable<List<Piece>> Requests(IEnumerable<Piece> pieces)
    {
        var (request, length) = (new List<Piece>(), 0);
        foreach (var piece in pieces)
        {
            if (request.Count == TextsPerRequest || (request.Count > 0 && length + piece.Length > LengthPerRequest))
            {
                yield return request;
                (request, length) = ([], 0);
            }

            request.Add(piece);
            length += piece.Length;
        }

        if (request.Count > 0)
        {
            yield return request;
        }
    }

    private readonly record struct Piece(string Text, int Start, int Length);
}
