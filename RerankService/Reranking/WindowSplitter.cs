using EmbedPlatform.Inference.Tokenization;

namespace EmbedPlatform.RerankService.Reranking;

/// <summary>
/// Splits documents that are too long for one pair with the query into overlapping windows of tokens, so that each sentence is whole in one
/// of them. The document's score is that of its best window (MaxP, arXiv:1905.09217).
/// </summary>
internal sealed class WindowSplitter
{
    // A longer word is split in the middle.
    private const int LongestWord = 16;

    private static readonly EncodeOptions Bare = new() { AddSpecialTokens = false, MatchSpecialTokens = false };

    private readonly Tokenizer _tokenizer;
    private readonly WindowOptions _options;
    private readonly int _size;
    private readonly int _overlap;

    /// <param name="pairTokens">The most tokens of a pair.</param>
    /// <param name="overlap">The tokens that neighbouring windows share; at most half a window.</param>
    public WindowSplitter(Tokenizer tokenizer, string query, int pairTokens, int overlap, WindowOptions options)
    {
        (_tokenizer, _options) = (tokenizer, options);
        var room = pairTokens - tokenizer.EncodePair("", "", new EncodeOptions { MatchSpecialTokens = false }).Ids.Length;

        // A query that leaves less than a quarter of the pair to the document is truncated instead of the document.
        _size = Math.Max(1, Math.Max(room - tokenizer.CountTokens(query, Bare), room / 4));
        _overlap = Math.Min(overlap, _size / 2);
    }

    /// <summary>The windows of a document in order; a single one if it fits.</summary>
    public SplitDocument Split(string document)
    {
        // Every token takes at least one byte.
        if (System.Text.Encoding.UTF8.GetByteCount(document) <= Math.Min(_size, _options.MaxTokens ?? int.MaxValue))
        {
            return new SplitDocument([(0, document.Length)], Truncated: false);
        }

        var offsets = _tokenizer.Encode(document, Bare).Offsets;
        var tokens = Math.Min(offsets.Length, _options.MaxTokens ?? int.MaxValue);
        if (tokens <= _size)
        {
            return tokens == offsets.Length
                ? new SplitDocument([(0, document.Length)], Truncated: false)
                : new SplitDocument([(0, offsets[tokens - 1].End)], Truncated: true);
        }

        var windows = new List<(int Start, int End)>();
        var (start, end) = (0, 0);
        while (windows.Count < _options.MaxWindows)
        {
            // The last window is as long as the others: text before it is worth more to the model than padding.
            var last = start + _size >= tokens;
            start = last ? WordFrom(document, offsets, tokens - _size, latest: end) : start;
            end = last ? tokens : WordUpTo(document, offsets, start + _size, earliest: start + 1);
            windows.Add((offsets[start].Start, offsets[end - 1].End));
            if (last)
            {
                return new SplitDocument(windows, Truncated: tokens < offsets.Length);
            }

            start = WordFrom(document, offsets, Math.Max(start + 1, end - _overlap), latest: end);
        }

        return new SplitDocument(windows, Truncated: true);
    }

    private static int WordUpTo(string text, TokenOffset[] offsets, int token, int earliest)
    {
        for (var at = token; at > token - LongestWord && at >= earliest; at--)
        {
            if (BetweenWords(text, offsets[at].Start))
            {
                return at;
            }
        }

        return token;
    }

    private static int WordFrom(string text, TokenOffset[] offsets, int token, int latest)
    {
        for (var at = token; at < token + LongestWord && at <= latest; at++)
        {
            if (BetweenWords(text, offsets[at].Start))
            {
                return at;
            }
        }

        return token;
    }

    private static bool BetweenWords(string text, int at) => at == 0 || char.IsWhiteSpace(text[at - 1]) || char.IsWhiteSpace(text[at]);
}

/// <param name="Windows">Their start and (exclusive) end in the document, in UTF-16 code units; never empty.</param>
/// <param name="Truncated">Whether a part of the document is in none of the windows.</param>
internal sealed record SplitDocument(IReadOnlyList<(int Start, int End)> Windows, bool Truncated);
