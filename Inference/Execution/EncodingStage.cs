using System.Runtime.ExceptionServices;
using EmbedPlatform.Inference.Tokenization;

namespace EmbedPlatform.Inference.Execution;

/// <summary>
/// Tokenizes requests in slices, at most as many at a time as there are workers, with separate slots per lane. A large request uses every
/// core, occupies no thread for long, does not delay interactive requests, and stops when it is cancelled, late or rejected.
/// </summary>
internal sealed class EncodingStage(int parallelism, TimeProvider time)
{
    private const int SliceTexts = 32;

    private readonly SemaphoreSlim _interactive = new(parallelism);
    private readonly SemaphoreSlim _bulk = new(parallelism);

    /// <param name="count">How many texts there are.</param>
    /// <param name="encode">Encodes the text at an index. Called by several threads at a time.</param>
    /// <param name="options">Lane, deadline, truncation.</param>
    /// <param name="limit">The most tokens of a text, for the error.</param>
    /// <param name="admit">
    /// Called with the number of tokens so far, by several threads concurrently; throws if they do not fit into the queue.
    /// </param>
    /// <param name="cancellationToken">Stops before the next slice.</param>
    public async Task<EncodedText[]> EncodeAsync(
        int count,
        Func<int, EncodedText> encode,
        RequestOptions options,
        int limit,
        Action<long> admit,
        CancellationToken cancellationToken
    )
    {
        admit(0);
        var job = new Job(new EncodedText[count], encode, options, limit, admit);
        var lanes = Math.Min(parallelism, (count + SliceTexts - 1) / SliceTexts);
        await Task.WhenAll(Enumerable.Range(0, lanes).Select(_ => WorkAsync(job, cancellationToken))).ConfigureAwait(false);
        if (job.Failure is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        return job.Texts;
    }

    private async Task WorkAsync(Job job, CancellationToken cancellationToken)
    {
        var slots = job.Options.Lane == Lane.Interactive ? _interactive : _bulk;
        while (job.NextSlice(SliceTexts) is var (from, to))
        {
            if (job.Options.Deadline is { } deadline && deadline <= time.GetUtcNow())
            {
                job.Fail(from, new DeadlineExceededException());
                return;
            }

            await slots.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                if (job.Options.RunOnCallerThread && to - from == 1)
                {
                    job.Encode(from, to);
                    continue;
                }

                await Task.Run(() => job.Encode(from, to), cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                slots.Release();
            }
        }
    }

    /// <summary>One request while it is tokenized.</summary>
    private sealed class Job(EncodedText[] texts, Func<int, EncodedText> encode, RequestOptions options, int limit, Action<long> admit)
    {
        private readonly Lock _lock = new();
        private int _next;
        private long _tokens;
        private int _failedAt = int.MaxValue;

        public EncodedText[] Texts => texts;

        public RequestOptions Options => options;

        /// <summary>The failure with the lowest text index, independent of thread timing.</summary>
        public Exception? Failure { get; private set; }

        /// <returns>The next slice; null where none is left or the request has failed.</returns>
        public (int From, int To)? NextSlice(int size)
        {
            lock (_lock)
            {
                if (Failure is not null || _next >= texts.Length)
                {
                    return null;
                }

                var from = _next;
                _next = Math.Min(texts.Length, from + size);
                return (from, _next);
            }
        }

        public void Fail(int text, Exception failure)
        {
            lock (_lock)
            {
                if (text < _failedAt)
                {
                    (_failedAt, Failure) = (text, failure);
                }
            }
        }

        public void Encode(int from, int to)
        {
            var (i, tokens) = (from, 0L);
            try
            {
                for (; i < to; i++)
                {
                    texts[i] = Checked(i, encode(i));
                    tokens += texts[i].Length;
                }

                admit(Interlocked.Add(ref _tokens, tokens));
            }
            catch (Exception failure)
            {
                Fail(i, failure);
            }
        }

        private EncodedText Checked(int index, EncodedText text) =>
            options.Truncation == Truncation.Error && text.Truncated ? throw new TextTooLongException(index, text.TotalTokens, limit)
            : text.Length == 0 ? throw new NoTokensException(index)
            : text;
    }
}
