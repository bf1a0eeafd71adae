using System.IO.Pipelines;
using System.Threading.Channels;
using EmbedPlatform.EmbedService.Embedding;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.ServiceDefaults.Http;

namespace EmbedPlatform.EmbedService.Formats.Native;

/// <summary>
/// Embeds a stream of lines of any length. A few batches run at a time, answers keep the order of the lines, and reading stops while the
/// engine or the reader of the answers is behind.
/// </summary>
internal sealed class EmbedStream(TextEmbedder embedder, TimeProvider clock, ILogger<EmbedStream> logger)
{
    /// <summary>Enough to keep the engine busy.</summary>
    private const int BatchesInFlight = 4;

    private static readonly TimeSpan MaxRetryPause = TimeSpan.FromSeconds(5);

    public async Task RunAsync(StreamSettings settings, PipeReader lines, PipeWriter answers, CancellationToken cancellationToken)
    {
        var timeLeft = settings.Deadline.At is { } end ? NotNegative(end - clock.GetUtcNow()) : Timeout.InfiniteTimeSpan;
        using var late = new CancellationTokenSource(timeLeft, clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        var inFlight = Channel.CreateBounded<Task<StreamBatchResult>>(BatchesInFlight - 1);
        var reading = ReadAsync(settings, lines, inFlight.Writer, stop.Token);
        var writer = new StreamResponseWriter(answers, settings);
        try
        {
            await foreach (var batch in inFlight.Reader.ReadAllAsync(cancellationToken))
            {
                await writer.WriteAsync(await batch, cancellationToken);
            }

            await reading;
            await writer.EndAsync(null, cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            var reason = late.IsCancellationRequested ? "The deadline passed. The remaining lines were not embedded." : Describe(failure);
            if (reason is null)
            {
                logger.LogError(failure, "A stream of embeddings was aborted.");
            }

            await writer.EndAsync(reason ?? "The service failed. The remaining lines were not embedded.", cancellationToken);
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAny(reading);
        }
    }

    private async Task ReadAsync(
        StreamSettings settings,
        PipeReader body,
        ChannelWriter<Task<StreamBatchResult>> inFlight,
        CancellationToken cancellationToken
    )
    {
        Exception? failure = null;
        try
        {
            var batch = new StreamBatch();
            await using var lines = NdjsonReader
                .ReadAsync(body, cancellationToken, settings.MaxLineBytes)
                .GetAsyncEnumerator(cancellationToken);
            for (var number = 1L; ; number++)
            {
                var next = lines.MoveNextAsync();
                if (!next.IsCompleted && batch.Lines.Count > 0)
                {
                    // The sender is slow: embed what has arrived.
                    batch = await SendAsync(batch);
                }

                if (!await next)
                {
                    break;
                }

                var line = StreamLine.Parse(number, lines.Current, settings.MaxLineBytes);
                var bytes = lines.Current?.Length ?? 0;
                if (!batch.TryAdd(line, bytes))
                {
                    batch = await SendAsync(batch);
                    batch.TryAdd(line, bytes);
                }

                if (batch.IsFull)
                {
                    batch = await SendAsync(batch);
                }
            }

            if (batch.Lines.Count > 0)
            {
                await SendAsync(batch);
            }
        }
        catch (Exception exception)
        {
            failure = exception;
        }
        finally
        {
            inFlight.Complete(failure);
        }

        async Task<StreamBatch> SendAsync(StreamBatch batch)
        {
            // Wait for room before the work starts, so that the batches in flight are bounded.
            await inFlight.WaitToWriteAsync(cancellationToken);
            await inFlight.WriteAsync(EmbedBatchAsync(settings, batch, cancellationToken), cancellationToken);
            return new StreamBatch();
        }
    }

    private async Task<StreamBatchResult> EmbedBatchAsync(StreamSettings settings, StreamBatch batch, CancellationToken cancellationToken)
    {
        StreamLine[] valid = [.. batch.ValidLines];
        if (valid.Length == 0)
        {
            return new StreamBatchResult(batch.Lines, []);
        }

        try
        {
            return new StreamBatchResult(batch.Lines, [new EmbeddedLines(valid, await EmbedAsync(settings, valid, cancellationToken))]);
        }
        catch (RequestRejectedException) when (valid.Length > 1)
        {
            return await EmbedOneByOneAsync(settings, batch, valid, cancellationToken);
        }
        catch (RequestRejectedException rejected)
        {
            return new StreamBatchResult([.. batch.Lines.Select(line => Rejected(line, rejected))], []);
        }
    }

    // One invalid text must not fail the others of its batch.
    private async Task<StreamBatchResult> EmbedOneByOneAsync(
        StreamSettings settings,
        StreamBatch batch,
        StreamLine[] valid,
        CancellationToken cancellationToken
    )
    {
        var (embedded, rejections) = (new List<EmbeddedLines>(), new Dictionary<long, StreamLine>());
        foreach (var line in valid)
        {
            try
            {
                embedded.Add(new EmbeddedLines([line], await EmbedAsync(settings, [line], cancellationToken)));
            }
            catch (RequestRejectedException rejected)
            {
                rejections[line.Number] = Rejected(line, rejected);
            }
        }

        return new StreamBatchResult([.. batch.Lines.Select(line => rejections.GetValueOrDefault(line.Number, line))], embedded);
    }

    private async Task<EmbeddingResult> EmbedAsync(StreamSettings settings, StreamLine[] lines, CancellationToken cancellationToken)
    {
        var request = settings.Options.ToRequest(StreamBatch.InputOf(lines), settings.Deadline);
        while (true)
        {
            try
            {
                return await embedder.EmbedAsync(request, cancellationToken);
            }
            catch (QueueFullException full)
            {
                // Back-pressure: reading stops meanwhile, which pauses the sender.
                await Task.Delay(full.RetryAfter < MaxRetryPause ? full.RetryAfter : MaxRetryPause, clock, cancellationToken);
            }
        }
    }

    private static StreamLine Rejected(StreamLine line, RequestRejectedException rejected) =>
        line.Input is null
            ? line
            : line with
            {
                Input = null,
                Problem = new StreamLineProblem(FieldOfLine(rejected.Field), rejected.Problem),
            };

    // A line's text is the first of its one-text request.
    private static string FieldOfLine(string field) =>
        field.StartsWith("input[0]", StringComparison.Ordinal) ? $"input{field["input[0]".Length..]}" : field;

    private static TimeSpan NotNegative(TimeSpan time) => time > TimeSpan.Zero ? time : TimeSpan.Zero;

    private static string? Describe(Exception failure) =>
        failure switch
        {
            DeadlineExceededException => failure.Message,
            InferenceFailedException => "The model failed. The remaining lines were not embedded.",
            BadHttpRequestException => $"Reading the lines failed: {failure.Message}",
            _ => null,
        };
}

/// <param name="Model">The id of the model that serves the stream.</param>
internal sealed record StreamSettings(NativeEmbedOptions Options, RequestDeadline Deadline, string Model, int MaxLineBytes);
