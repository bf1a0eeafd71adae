namespace EmbedPlatform.Inference.Tokenization;

/// <summary>
/// Which text of a pair is cut when both together exceed the limit: the field <c>truncation.strategy</c> of a tokenizer.json.
/// </summary>
public enum TruncationStrategy
{
    /// <summary>The longer one until both are equally long, then both.</summary>
    LongestFirst,

    /// <summary>The first; the second only if it alone exceeds the limit.</summary>
    OnlyFirst,

    /// <summary>The second; the first only if it alone exceeds the limit.</summary>
    OnlySecond,
}

/// <summary>Options for encoding.</summary>
public sealed record EncodeOptions
{
    /// <summary>The defaults: special tokens added and matched, no limit.</summary>
    public static EncodeOptions Default { get; } = new();

    /// <summary>Whether the post-processor's special tokens (<c>[CLS]</c>, <c>&lt;s&gt;</c> and so on) are added around the text.</summary>
    public bool AddSpecialTokens { get; init; } = true;

    /// <summary>
    /// Whether the name of a special token inside the text stands for that token, as in Hugging Face. If false, the name is plain text and
    /// can never yield the special token's id (only the model's unknown id still stands for unknown characters): services pass false for
    /// users' texts.
    /// </summary>
    public bool MatchSpecialTokens { get; init; } = true;

    /// <summary>The maximum number of ids to return, including special tokens; null for no limit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public int? MaxTokens
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value ?? 0, nameof(MaxTokens));
            field = value;
        }
    }

    /// <summary>The text of a pair that is cut when <see cref="MaxTokens"/> is exceeded.</summary>
    public TruncationStrategy Strategy { get; init; } = TruncationStrategy.LongestFirst;

    /// <summary>
    /// The end that is cut when <see cref="MaxTokens"/> is exceeded. The tokenizer always cuts; a caller that wants
    /// <see cref="Truncation.Error"/> reads <see cref="Encoding.Truncated"/> instead, as the engine does.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is <see cref="Truncation.Error"/>.</exception>
    public Truncation Truncation
    {
        get;
        init =>
            field = value is Truncation.Right or Truncation.Left
                ? value
                : throw new ArgumentOutOfRangeException(nameof(Truncation), value, "The tokenizer truncates on the right or on the left.");
    }
}
