using System.IO.Pipelines;
using System.Threading.Channels;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.ServiceDefaults.Limits;
using EmbedPlatform.ServiceDefaults.Streams;

namespace EmbedPlatform.EmbedService.Embedding.Streaming;

/// <summary>
/// Embeds a stream of lines of any length: a few batches are under way at a time, answers go out in the order of the lines, and nothing is read
/// while the engine or the reader of the answers is behind.
/// </summary>
internal sealed class EmbedStream(TextEmbedder embedder, TimeProvider clock, ILogger<EmbedStream> logger)
{
    /// <summary>Enough that the engine never waits for a line.</summary>
    private const int BatchesUnderWay = 4;

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    /// <summary>Embeds what comes in and writes what comes out, to the end of the lines or of the caller's patience.</summary>
    public async Task RunAsync(StreamRun run, PipeReader lines, PipeWriter answers, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(run.Deadline.At is { } end ? Positive(end - clock.GetUtcNow()) : Timeout.InfiniteTimeSpan, clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        var underWay = Channel.CreateBounded<Task<BatchAnswer>>(BatchesUnderWay - 1);
        var reading = ReadAsync(run, lines, underWay.Writer, stop.Token);
        var writer = new StreamWriter(answers, run);
        try
        {
            await foreach (var batch in underWay.Reader.ReadAllAsync(cancellationToken))
            {
                await writer.WriteAsync(await batch, cancellationToken);
            }

            await reading;
            await writer.EndAsync(null, cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            var reason = late.IsCancellationRequested ? "The deadline passed; what follows was not embedded." : Reason(failure);
            if (reason is null)
            {
                logger.LogError(failure, "A stream of embeddings broke off.");
            }

            await writer.EndAsync(reason ?? "The service failed; what follows was not embedded.", cancellationToken);
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAny(reading);
        }
    }

    private async Task ReadAsync(
        StreamRun run, PipeReader lines, ChannelWriter<Task<BatchAnswer>> underWay, CancellationToken cancellationToken)
    {
        Exception? failure = null;
        try
        {
            var batch = new StreamBatch();
            await using var line = NdjsonReader.ReadAsync(lines, cancellationToken, run.LongestLine).GetAsyncEnumerator(cancellationToken);
            for (var number = 1L; ; number++)
            {
                var next = line.MoveNextAsync();
                if (!next.IsCompleted && batch.Entries.Count > 0)
                {
                    // Nothing has arrived: what is here goes ahead instead of waiting for it.
                    batch = await SendAsync(batch);
                }

                if (!await next)
                {
                    break;
                }

                var entry = StreamEntry.Read(number, line.Current, run.LongestLine);
                var bytes = line.Current?.Length ?? 0;
                if (!batch.TryAdd(entry, bytes))
                {
                    batch = await SendAsync(batch);
                    batch.TryAdd(entry, bytes);
                }

                if (batch.IsFull)
                {
                    batch = await SendAsync(batch);
                }
            }

            if (batch.Entries.Count > 0)
            {
                await SendAsync(batch);
            }
        }
        catch (Exception broken)
        {
            failure = broken;
        }
        finally
        {
            underWay.Complete(failure);
        }

        async Task<StreamBatch> SendAsync(StreamBatch batch)
        {
            // Room is waited for before the work begins, so that what is under way is bounded.
            await underWay.WaitToWriteAsync(cancellationToken);
            await underWay.WriteAsync(EmbedAsync(run, batch, cancellationToken), cancellationToken);
            return new StreamBatch();
        }
    }

    private async Task<BatchAnswer> EmbedAsync(StreamRun run, StreamBatch batch, CancellationToken cancellationToken)
    {
        StreamEntry[] valid = [.. batch.Valid];
        if (valid.Length == 0)
        {
            return new BatchAnswer(batch.Entries, []);
        }

        try
        {
            return new BatchAnswer(batch.Entries, [new Embeddings(valid, await EmbedAsync(run, valid, cancellationToken))]);
        }
        catch (RefusedRequestException) when (valid.Length > 1)
        {
            return await EachAloneAsync(run, batch, valid, cancellationToken);
        }
        catch (RefusedRequestException refused)
        {
            return new BatchAnswer([.. batch.Entries.Select(entry => Refused(entry, refused))], []);
        }
    }

    // One text that the model cannot take must not fail its neighbours.
    private async Task<BatchAnswer> EachAloneAsync(StreamRun run, StreamBatch batch, StreamEntry[] valid, CancellationToken cancellationToken)
    {
        var (embedded, refusals) = (new List<Embeddings>(), new Dictionary<long, StreamEntry>());
        foreach (var entry in valid)
        {
            try
            {
                embedded.Add(new Embeddings([entry], await EmbedAsync(run, [entry], cancellationToken)));
            }
            catch (RefusedRequestException refused)
            {
                refusals[entry.Line] = Refused(entry, refused);
            }
        }

        return new BatchAnswer([.. batch.Entries.Select(entry => refusals.GetValueOrDefault(entry.Line, entry))], embedded);
    }

    private async Task<Embedded> EmbedAsync(StreamRun run, StreamEntry[] entries, CancellationToken cancellationToken)
    {
        var work = run.Settings.ToWork(StreamBatch.InputOf(entries), run.Deadline);
        while (true)
        {
            try
            {
                return await embedder.EmbedAsync(work, cancellationToken);
            }
            catch (QueueFullException full)
            {
                // The sender waits because nothing more is read, so the stream waits too.
                var pause = full.RetryAfter < LongestPause ? full.RetryAfter : LongestPause;
                await Task.Delay(pause, clock, cancellationToken);
            }
        }
    }

    private static StreamEntry Refused(StreamEntry entry, RefusedRequestException refused) => entry.Input is null
        ? entry
        : entry with { Input = null, Problem = new StreamProblem(FieldOfLine(refused.Field), refused.Wrong) };

    // A line has one text, which is the first of its request.
    private static string FieldOfLine(string field) =>
        field.StartsWith("input[0]", StringComparison.Ordinal) ? $"input{field["input[0]".Length..]}" : field;

    private static TimeSpan Positive(TimeSpan wait) => wait > TimeSpan.Zero ? wait : TimeSpan.Zero;

    private static string? Reason(Exception failure) => failure switch
    {
        DeadlineExceededException => failure.Message,
        InferenceFailedException => "The model failed; what follows was not embedded.",
        BadHttpRequestException => $"The lines could not be read on: {failure.Message}",
        _ => null,
    };
}

/// <summary>One stream.</summary>
/// <param name="Settings">What it says about all its texts.</param>
/// <param name="Deadline">When the caller stops waiting for the whole.</param>
/// <param name="Model">The id of the model that serves it.</param>
/// <param name="LongestLine">The most bytes of a line.</param>
internal sealed record StreamRun(EmbedSettings Settings, RequestDeadline Deadline, string Model, int LongestLine);

/// <summary>The embeddings of some lines.</summary>
/// <param name="Entries">The lines.</param>
/// <param name="Result">Their embeddings.</param>
internal sealed record Embeddings(IReadOnlyList<StreamEntry> Entries, Embedded Result);

/// <summary>A batch that is done.</summary>
/// <param name="Entries">Every line of it.</param>
/// <param name="Embeddings">The embeddings of those that have one, in order.</param>
internal sealed record BatchAnswer(IReadOnlyList<StreamEntry> Entries, IReadOnlyList<Embeddings> Embeddings);
