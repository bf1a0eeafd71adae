using System.Globalization;

namespace EmbedPlatform.Inference.Tokenization.Models;

/// <summary>
/// Unigram (arxiv.org/abs/1804.10959): the pieces with the highest total score, by the Viterbi algorithm; adjacent unknown
/// characters become one token.
/// </summary>
internal sealed class UnigramModel : TokenizerModel
{
    private const double UnknownPenalty = 10;
    private const double LargestScore = 1e9;
    private readonly string[] _pieces;
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    private readonly VocabularyTrie _trie;
    private readonly int? _unknown;
    private readonly double _unknownScore;
    private readonly int[]? _bytes;

    /// <exception cref="TokenizerFormatException">
    /// The vocabulary is empty, the unknown id is not in it, or a score is out of range.
    /// </exception>
    public UnigramModel(IReadOnlyList<(string Piece, double Score)> vocabulary, int? unknown, bool byteFallback)
    {
        if (vocabulary.Count == 0 || unknown >= vocabulary.Count || unknown < 0)
        {
            throw new TokenizerFormatException("model Unigram: the vocabulary is empty or unk_id is not one of its ids.");
        }

        _pieces = [.. vocabulary.Select(entry => entry.Piece)];
        double[] scores = [.. vocabulary.Select(entry => entry.Score)];
        if (Array.FindIndex(scores, score => !(Math.Abs(score) <= LargestScore)) is >= 0 and var outside)
        {
            throw new TokenizerFormatException($"model Unigram: the score of piece {outside} is out of range.");
        }

        _unknown = unknown;
        _unknownScore = scores.Min() - UnknownPenalty;
        for (var id = 0; id < _pieces.Length; id++)
        {
            _ids[_pieces[id]] = id;
        }

        _trie = new VocabularyTrie(_ids, scores);
        _bytes = byteFallback ? BytePieces() : null;
    }

    public override int VocabularySize => _pieces.Length;

    public override int? IdOf(string token) => _ids.TryGetValue(token, out var id) ? id : null;

    public override string? TokenOf(int id) => (uint)id < (uint)_pieces.Length ? _pieces[id] : null;

    public override void Tokenize(Workspace workspace, ReadOnlySpan<char> text, int start, int end, bool[]? forbidden, TokenList output)
    {
        var word = text[start..end];
        var lattice = workspace.Lattice;
        lattice.Reset(word.Length);
        FindBestWays(lattice, word, forbidden);
        AddBestWay(lattice, text, start, word.Length, output);
    }

    private void FindBestWays(UnigramLattice lattice, ReadOnlySpan<char> word, bool[]? forbidden)
    {
        var steps = lattice.Steps;
        for (int at = 0, size; at < word.Length; at += size)
        {
            size = char.IsHighSurrogate(word[at]) && at + 1 < word.Length ? 2 : 1;
            var here = steps[at].Score;
            var single = false;
            var node = _trie.Root(word[at]);
            for (var end = at + 1; node != 0; end++)
            {
                ref readonly var prefix = ref _trie.At(node);
                if (prefix.Id >= 0 && forbidden?[prefix.Id] != true)
                {
                    Offer(ref steps[end], at, prefix.Id, here + prefix.Score);
                    single |= end - at == size;
                }

                node = end < word.Length ? _trie.Next(node, word[end]) : 0;
            }

            if (!single)
            {
                Offer(ref steps[at + size], at, -1, here + _unknownScore);
            }
        }
    }

    private static void Offer(ref UnigramStep step, int start, int id, double score)
    {
        if (score > step.Score)
        {
            (step.Start, step.Id, step.Score) = (start, id, score);
        }
    }

    private void AddBestWay(UnigramLattice lattice, ReadOnlySpan<char> text, int origin, int length, TokenList output)
    {
        var steps = lattice.Steps;
        var from = output.Count;
        for (var end = length; end > 0;)
        {
            var start = steps[end].Start;
            if (IsUnknown(steps[end].Id))
            {
                while (start > 0 && IsUnknown(steps[start].Id))
                {
                    start = steps[start].Start;
                }

                AddUnknown(text, origin + start, origin + end, output);
            }
            else
            {
                output.Add(steps[end].Id, origin + start, origin + end);
            }

            end = start;
        }

        output.Reverse(from);
    }

    private bool IsUnknown(int id) => id < 0 || id == _unknown;

    // Added from back to front, then reversed.
    private void AddUnknown(ReadOnlySpan<char> text, int start, int end, TokenList output)
    {
        if (_bytes is not null)
        {
            var bytes = System.Text.Encoding.UTF8.GetBytes(text[start..end].ToString());
            for (var i = bytes.Length - 1; i >= 0; i--)
            {
                output.Add(_bytes[bytes[i]], start, end);
            }
        }
        else if (_unknown is { } unknown)
        {
            output.Add(unknown, start, end);
        }
    }

    // As in Hugging Face, bytes replace an unknown character only if the vocabulary has all of them.
    private int[]? BytePieces()
    {
        var bytes = new int[256];
        for (var value = 0; value < 256; value++)
        {
            if (!_ids.TryGetValue(string.Create(CultureInfo.InvariantCulture, $"<0x{value:X2}>"), out bytes[value]))
            {
                return null;
            }
        }

        return bytes;
    }
}
