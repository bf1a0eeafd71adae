namespace EmbedPlatform.Inference.Execution;

/// <summary>
/// Tokenizes requests slice by slice, no more slices at a time than there are workers: a large request neither holds a thread for long nor takes the
/// cores from the model, and stops where it is cancelled, late or refused.
/// </summary>
internal sealed class EncodingStage(int parallelism, TimeProvider time)
{
    private const int SliceTexts = 32;

    private readonly SemaphoreSlim _slots = new(parallelism);

    /// <param name="count">How many texts there are.</param>
    /// <param name="encode">Encodes the text at an index.</param>
    /// <param name="options">Deadline, truncation.</param>
    /// <param name="limit">The most tokens of a text, for the error.</param>
    /// <param name="admit">Called with the tokens so far; throws where so many have no room.</param>
    /// <param name="cancellationToken">Stops before the next slice.</param>
    public async Task<EncodedText[]> EncodeAsync(
        int count, Func<int, EncodedText> encode, WorkOptions options, int limit, Action<long> admit, CancellationToken cancellationToken)
    {
        var texts = new EncodedText[count];
        var tokens = 0L;
        admit(0);
        for (var start = 0; start < count; start += SliceTexts)
        {
            if (options.Deadline is { } deadline && deadline <= time.GetUtcNow())
            {
                throw new DeadlineExceededException();
            }

            var (from, to) = (start, Math.Min(count, start + SliceTexts));
            await _slots.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                tokens += await Task.Run(() => Encode(texts, from, to, encode, options.Truncation, limit), cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                _slots.Release();
            }

            admit(tokens);
        }

        return texts;
    }

    private static long Encode(EncodedText[] texts, int from, int to, Func<int, EncodedText> encode, TruncationPolicy truncation, int limit)
    {
        var tokens = 0L;
        for (var i = from; i < to; i++)
        {
            var text = encode(i);
            if (truncation == TruncationPolicy.Error && text.Truncated)
            {
                throw new TextTooLongException(i, text.TotalTokens, limit);
            }

            if (text.Length == 0)
            {
                throw new ArgumentException($"Text {i} has no tokens.");
            }

            texts[i] = text;
            tokens += text.Length;
        }

        return tokens;
    }
}
