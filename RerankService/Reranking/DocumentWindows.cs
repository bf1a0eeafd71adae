using EmbedPlatform.Inference.Tokenization;

namespace EmbedPlatform.RerankService.Reranking;

/// <summary>
/// Cuts documents that are too long for one pair with the query into overlapping windows of tokens, so that every sentence is read whole by one of
/// them. The document's score is the best window's (MaxP, arXiv:1905.09217).
/// </summary>
internal sealed class DocumentWindows
{
    // A word longer than this is cut in the middle.
    private const int LongestWord = 16;

    private static readonly EncodeOptions Bare = new() { AddSpecialTokens = false, MatchSpecialTokens = false };

    private readonly Tokenizer _tokenizer;
    private readonly WindowRules _rules;
    private readonly int _size;
    private readonly int _overlap;

    /// <param name="tokenizer">The model's.</param>
    /// <param name="query">The query that every window is paired with.</param>
    /// <param name="pairTokens">The most tokens of a pair.</param>
    /// <param name="overlap">How many tokens neighbours share; at most half a window.</param>
    /// <param name="rules">How far a document is read.</param>
    public DocumentWindows(Tokenizer tokenizer, string query, int pairTokens, int overlap, WindowRules rules)
    {
        (_tokenizer, _rules) = (tokenizer, rules);
        var room = pairTokens - tokenizer.EncodePair("", "", new EncodeOptions { MatchSpecialTokens = false }).Ids.Length;

        // A query that leaves less than a quarter of the pair to the document is cut instead of it.
        _size = Math.Max(1, Math.Max(room - tokenizer.CountTokens(query, Bare), room / 4));
        _overlap = Math.Min(overlap, _size / 2);
    }

    /// <summary>The windows of a document, in its order; one where it fits.</summary>
    public CutDocument Cut(string document)
    {
        // A character can be several tokens only where it is several bytes.
        if (System.Text.Encoding.UTF8.GetByteCount(document) <= Math.Min(_size, _rules.MaxTokens ?? int.MaxValue))
        {
            return new CutDocument([(0, document.Length)], Truncated: false);
        }

        var offsets = _tokenizer.Encode(document, Bare).Offsets;
        var tokens = Math.Min(offsets.Length, _rules.MaxTokens ?? int.MaxValue);
        if (tokens <= _size)
        {
            return tokens == offsets.Length
                ? new CutDocument([(0, document.Length)], Truncated: false)
                : new CutDocument([(0, offsets[tokens - 1].End)], Truncated: true);
        }

        var windows = new List<(int Start, int End)>();
        var (start, end) = (0, 0);
        while (windows.Count < _rules.MaxWindows)
        {
            // The last window is as long as the others: what comes before it is worth more to the model than padding.
            var last = start + _size >= tokens;
            start = last ? WordFrom(document, offsets, tokens - _size, latest: end) : start;
            end = last ? tokens : WordUpTo(document, offsets, start + _size, earliest: start + 1);
            windows.Add((offsets[start].Start, offsets[end - 1].End));
            if (last)
            {
                return new CutDocument(windows, Truncated: tokens < offsets.Length);
            }

            start = WordFrom(document, offsets, Math.Max(start + 1, end - _overlap), latest: end);
        }

        return new CutDocument(windows, Truncated: true);
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

/// <summary>A document in windows.</summary>
/// <param name="Windows">Where each begins and ends, in UTF-16 code units; never empty.</param>
/// <param name="Truncated">Whether a part of the document is in no window.</param>
internal sealed record CutDocument(IReadOnlyList<(int Start, int End)> Windows, bool Truncated);
