using System.Globalization;

namespace EmbedPlatform.Inference.Tokenization.Models;

/// <summary>The settings of a BPE model.</summary>
/// <param name="Unknown">The token for unknown characters; null to omit them.</param>
/// <param name="FuseUnknown">Whether adjacent unknown characters become one token.</param>
/// <param name="ByteFallback">Whether unknown characters become their bytes.</param>
/// <param name="IgnoreMerges">Whether a word in the vocabulary becomes its token without merging.</param>
/// <param name="ContinuingPrefix">The prefix of every symbol of a word except the first.</param>
/// <param name="EndOfWord">The suffix of the last symbol of a word.</param>
internal sealed record BpeSettings(
    string? Unknown,
    bool FuseUnknown,
    bool ByteFallback,
    bool IgnoreMerges,
    string ContinuingPrefix,
    string EndOfWord
);

/// <summary>Byte pair encoding (arxiv.org/abs/1508.07909): merges adjacent symbols, the earliest learned merge first.</summary>
internal sealed class BpeModel : TokenizerModel
{
    private const int ShortWord = 32;
    private readonly Dictionary<string, int> _ids;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _bySpan;
    private readonly string?[] _tokens;
    private readonly MergeTable _merges;
    private readonly BpeSettings _settings;
    private readonly int? _unknown;

    /// <exception cref="TokenizerFormatException">A merge or a setting refers to a token that is not in the vocabulary.</exception>
    public BpeModel(Dictionary<string, int> vocabulary, IReadOnlyList<(string Left, string Right)> merges, BpeSettings settings)
    {
        _ids = vocabulary;
        _bySpan = vocabulary.GetAlternateLookup<ReadOnlySpan<char>>();
        _tokens = Vocabulary.ById(vocabulary);
        _settings = settings;
        _unknown =
            settings.Unknown is null ? null
            : vocabulary.TryGetValue(settings.Unknown, out var id) ? id
            : throw new TokenizerFormatException($"model BPE: the vocabulary lacks unk_token {settings.Unknown}.");
        _merges = new MergeTable(merges.Count);
        for (var rank = 0; rank < merges.Count; rank++)
        {
            var (left, right) = merges[rank];
            var rest = right.StartsWith(settings.ContinuingPrefix, StringComparison.Ordinal)
                ? right[settings.ContinuingPrefix.Length..]
                : right;
            if (
                !vocabulary.TryGetValue(left, out var leftId)
                || !vocabulary.TryGetValue(right, out var rightId)
                || !vocabulary.TryGetValue(left + rest, out var merged)
            )
            {
                throw new TokenizerFormatException($"model BPE: merge {rank} ({left} {right}) names a token that the vocabulary lacks.");
            }

            _merges.Set(leftId, rightId, rank, merged);
        }
    }

    public override int VocabularySize => _tokens.Length;

    public override int? IdOf(string token) => _ids.TryGetValue(token, out var id) ? id : null;

    public override string? TokenOf(int id) => (uint)id < (uint)_tokens.Length ? _tokens[id] : null;

    public override void Tokenize(Workspace workspace, ReadOnlySpan<char> text, int start, int end, bool[]? forbidden, TokenList output)
    {
        if (_settings.IgnoreMerges && _bySpan.TryGetValue(text[start..end], out var whole) && forbidden?[whole] != true)
        {
            output.Add(whole, start, end);
            return;
        }

        var word = workspace.Word;
        word.Clear();
        AddSymbols(word, text, start, end, forbidden);
        if (word.Count <= ShortWord)
        {
            MergeShort(word, forbidden);
        }
        else
        {
            MergeLong(word, forbidden);
        }

        for (var symbol = word.Count > 0 ? 0 : -1; symbol >= 0; symbol = word.Next(symbol))
        {
            output.Add(word.IdOf(symbol), word.StartOf(symbol), word.EndOf(symbol));
        }
    }

    private void AddSymbols(BpeWord word, ReadOnlySpan<char> text, int start, int end, bool[]? forbidden)
    {
        var unknownAt = -1;
        for (int at = start, size; at < end; at += size)
        {
            size = char.IsHighSurrogate(text[at]) && at + 1 < end ? 2 : 1;
            if (Find(text, start, at, size, end) is { } id && forbidden?[id] != true)
            {
                Flush(word, ref unknownAt, at);
                word.Add(id, at, at + size);
            }
            else if (!AddBytes(word, text.Slice(at, size), at, ref unknownAt))
            {
                if (unknownAt >= 0 && !_settings.FuseUnknown)
                {
                    Flush(word, ref unknownAt, at);
                }

                unknownAt = unknownAt < 0 ? at : unknownAt;
            }
        }

        Flush(word, ref unknownAt, end);
    }

    private void Flush(BpeWord word, ref int unknownAt, int end)
    {
        if (unknownAt >= 0 && _unknown is { } unknown)
        {
            word.Add(unknown, unknownAt, end);
        }

        unknownAt = -1;
    }

    private int? Find(ReadOnlySpan<char> text, int start, int at, int size, int end)
    {
        var symbol = text.Slice(at, size);
        if (_settings.ContinuingPrefix.Length == 0 && _settings.EndOfWord.Length == 0)
        {
            return _bySpan.TryGetValue(symbol, out var id) ? id : null;
        }

        var full = (at > start ? _settings.ContinuingPrefix : "") + symbol.ToString() + (at + size == end ? _settings.EndOfWord : "");
        return _ids.TryGetValue(full, out var found) ? found : null;
    }

    private bool AddBytes(BpeWord word, ReadOnlySpan<char> symbol, int at, ref int unknownAt)
    {
        if (!_settings.ByteFallback)
        {
            return false;
        }

        var bytes = System.Text.Encoding.UTF8.GetBytes(symbol.ToString());
        var ids = new int[bytes.Length];
        for (var i = 0; i < bytes.Length; i++)
        {
            if (!_ids.TryGetValue(string.Create(CultureInfo.InvariantCulture, $"<0x{bytes[i]:X2}>"), out ids[i]))
            {
                return false;
            }
        }

        Flush(word, ref unknownAt, at);
        foreach (var id in ids)
        {
            word.Add(id, at, at + symbol.Length);
        }

        return true;
    }

    private int RankOf(BpeWord word, int left, bool[]? forbidden, out int merged)
    {
        (var right, merged) = (left < 0 ? -1 : word.Next(left), 0);
        if (right < 0)
        {
            return MergeTable.None;
        }

        var rank = _merges.Find(word.IdOf(left), word.IdOf(right), out merged);
        return rank != MergeTable.None && forbidden?[merged] == true ? MergeTable.None : rank;
    }

    // With few symbols, a linear search for the best merge is fastest.
    private void MergeShort(BpeWord word, bool[]? forbidden)
    {
        Span<int> ranks = stackalloc int[ShortWord];
        Span<int> merged = stackalloc int[ShortWord];
        for (var symbol = 0; symbol < word.Count; symbol++)
        {
            ranks[symbol] = RankOf(word, symbol, forbidden, out merged[symbol]);
        }

        while (word.Count > 1)
        {
            var best = 0;
            for (var symbol = 0; symbol >= 0; symbol = word.Next(symbol))
            {
                best = ranks[symbol] < ranks[best] ? symbol : best;
            }

            if (ranks[best] == MergeTable.None)
            {
                return;
            }

            word.Merge(best, merged[best]);
            ranks[best] = RankOf(word, best, forbidden, out merged[best]);
            if (word.Previous(best) is >= 0 and var previous)
            {
                ranks[previous] = RankOf(word, previous, forbidden, out merged[previous]);
            }
        }
    }

    // With many, a heap avoids quadratic time.
    private void MergeLong(BpeWord word, bool[]? forbidden)
    {
        for (var symbol = 0; symbol + 1 < word.Count; symbol++)
        {
            Offer(word, symbol, forbidden);
        }

        while (word.Merges.TryDequeue(out var merge, out _))
        {
            // An adjacent symbol may have been merged already.
            var right = word.Next(merge.Left);
            if (right < 0 || word.IdOf(merge.Left) != merge.LeftId || word.IdOf(right) != merge.RightId)
            {
                continue;
            }

            word.Merge(merge.Left, merge.Merged);
            Offer(word, word.Previous(merge.Left), forbidden);
            Offer(word, merge.Left, forbidden);
        }
    }

    private void Offer(BpeWord word, int left, bool[]? forbidden)
    {
        var rank = RankOf(word, left, forbidden, out var merged);
        if (rank != MergeTable.None)
        {
            word.Merges.Enqueue((left, word.IdOf(left), word.IdOf(word.Next(left)), merged), ((long)rank << 32) | (uint)left);
        }
    }
}
