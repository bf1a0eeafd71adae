using EmbedPlatform.Inference.Tokenization.AddedTokens;
using EmbedPlatform.Inference.Tokenization.Models;

namespace EmbedPlatform.Inference.Tokenization;

/// <summary>
/// The buffers of one encoding in progress. They grow to the longest text seen and are reused; <see cref="Trim"/> releases those that grew
/// for a huge text. A workspace belongs to one thread at a time.
/// </summary>
internal sealed class Workspace
{
    private const int LargestKept = 1 << 18;
    private TextBuffer _text = new();
    private TextBuffer _spareText = new();
    private SplitList _splits = new();
    private SplitList _spareSplits = new();
    private int _longest;

    /// <summary>The text as the last step left it.</summary>
    public TextBuffer Text => _text;

    /// <summary>The pre-tokens of <see cref="Text"/> as the last step left them.</summary>
    public SplitList Splits => _splits;

    /// <summary>The buffer the next step may write to; <see cref="SwapText"/> then makes it the current one.</summary>
    public TextBuffer SpareText => _spareText;

    public SplitList SpareSplits => _spareSplits;

    public TokenList First { get; private set; } = new();

    public TokenList Second { get; private set; } = new();

    public UnigramLattice Lattice { get; private set; } = new();

    public BpeWord Word { get; private set; } = new();

    public List<AddedTokenSpan> RawSpans { get; } = [];

    public List<AddedTokenSpan> NormalizedSpans { get; } = [];

    /// <summary>A stretch of normalized text without the added tokens; null before the first.</summary>
    public TextBuffer Normalized { get; private set; } = new();

    /// <summary>
    /// Whether <see cref="Text"/> is all of a stretch that begins at the start of the original text, even if a normalizer removed its first
    /// characters.
    /// </summary>
    public bool IsFirstStretch { get; set; }

    public void SwapText() => (_text, _spareText) = (_spareText, _text);

    public void SwapSplits() => (_splits, _spareSplits) = (_spareSplits, _splits);

    /// <summary>Exchanges the current text with <see cref="Normalized"/>.</summary>
    public void SetNormalizedAside() => (_text, Normalized) = (Normalized, _text);

    public void Saw(int length) => _longest = Math.Max(_longest, length);

    /// <summary>Releases buffers that grew for a huge text, so that memory stays bounded.</summary>
    public void Trim()
    {
        if (_longest <= LargestKept)
        {
            return;
        }

        _longest = 0;
        _text = new();
        _spareText = new();
        _splits = new();
        _spareSplits = new();
        Normalized = new();
        First = new();
        Second = new();
        Lattice = new();
        Word = new();
    }
}
