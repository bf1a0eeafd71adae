using System.Globalization;

namespace EmbedPlatform.Inference.Tokenization.Models;

/// <summary>Unigram (arxiv.org/abs/1804.10959): the pieces whose scores have the greatest sum, by Viterbi's algorithm; neighbouring unknown characters are one token.</summary>
internal sealed class UnigramModel : TokenizerModel
{
    private const double UnknownPenalty = 10;
    private readonly string[] _pieces;
    private readonly double[] _scores;
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    private readonly VocabularyTrie _trie;
    private readonly int? _unknown;
    private readonly double _unknownScore;
    private readonly int[]? _bytes;

    /// <exception cref="TokenizerFormatException">The vocabulary is empty, or the unknown id is none of it.</exception>
    public UnigramModel(IReadOnlyList<(string Piece, double Score)> vocabulary, int? unknown, bool byteFallback)
    {
        if (vocabulary.Count == 0 || unknown >= vocabulary.Count || unknown < 0)
        {
            throw new TokenizerFormatException("model Unigram: the vocabulary is empty or unk_id is none of its ids.");
        }

        _pieces = [.. vocabulary.Select(entry => entry.Piece)];
        _scores = [.. vocabulary.Select(entry => entry.Score)];
        _unknown = unknown;
        _unknownScore = _scores.Min() - UnknownPenalty;
        for (var id = 0; id < _pieces.Length; id++)
        {
            _ids[_pieces[id]] = id;
        }

        _trie = new VocabularyTrie(_ids);
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
        var starts = lattice.Start;
        var ids = lattice.Id;
        var scores = lattice.Score;
        for (int at = 0, size; at < word.Length; at += size)
        {
            size = char.IsHighSurrogate(word[at]) && at + 1 < word.Length ? 2 : 1;
            var here = scores[at];
            var single = false;
            var node = _trie.Root(word[at]);
            for (var end = at + 1; node != 0; end++)
            {
                var id = _trie.IdAt(node);
                if (id >= 0 && forbidden?[id] != true)
                {
                    var score = here + _scores[id];
                    if (starts[end] < 0 || score > scores[end])
                    {
                        (starts[end], ids[end], scores[end]) = (at, id, score);
                    }

                    single |= end - at == size;
                }

                node = end < word.Length ? _trie.Next(node, word[end]) : 0;
            }

            if (!single && (starts[at + size] < 0 || here + _unknownScore > scores[at + size]))
            {
                (starts[at + size], ids[at + size], scores[at + size]) = (at, -1, here + _unknownScore);
            }
        }
    }

    private void AddBestWay(UnigramLattice lattice, ReadOnlySpan<char> text, int origin, int length, TokenList output)
    {
        var starts = lattice.Start;
        var ids = lattice.Id;
        var from = output.Count;
        for (var end = length; end > 0;)
        {
            var start = starts[end];
            if (IsUnknown(ids[end]))
            {
                while (start > 0 && IsUnknown(ids[start]))
                {
                    start = starts[start];
                }

                AddUnknown(text, origin + start, origin + end, output);
            }
            else
            {
                output.Add(ids[end], origin + start, origin + end);
            }

            end = start;
        }

        output.Reverse(from);
    }

    private bool IsUnknown(int id) => id < 0 || id == _unknown;

    // Added back to front: the whole list is turned around afterwards.
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

    // As in Hugging Face, bytes stand for the unknown only where the vocabulary has all of them.
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
