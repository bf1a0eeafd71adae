using System.Diagnostics;
using EmbedPlatform.EmbedService.Embedding.Input;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Serving;
using EmbedPlatform.ServiceDefaults.Limits;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.EmbedService.Embedding;

/// <summary>Embeds the texts of one request, whatever wire format it came in.</summary>
internal sealed class TextEmbedder(IModelPool<IEmbeddingModel> pool, TokenIdReader tokenIds, IOptions<EmbedServiceOptions> options, TimeProvider clock)
{
    private readonly WindowSplitter _splitter = new();

    /// <exception cref="ModelNotServedException">Nothing is served under the model's name.</exception>
    /// <exception cref="RefusedRequestException">The model cannot take the request.</exception>
    /// <exception cref="QueueFullException">There is no room; nothing was admitted.</exception>
    /// <exception cref="DeadlineExceededException">It was not done in time.</exception>
    public async Task<Embedded> EmbedAsync(EmbedWork work, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var deadline = Deadline(work.Deadline, work.Lane);
        using var lease = await pool.RentAsync(work.Model, deadline, clock, cancellationToken);
        var model = lease.Model;
        work = await tokenIds.ReadAsync(work, lease, cancellationToken);
        Check(work, model.Model);
        await CheckTokensAsync(work, model, cancellationToken);
        var embed = new EmbedOptions
        {
            Role = work.Role,
            Lane = work.Lane,
            Deadline = deadline,
            Truncation = work.LongText switch
            {
                LongText.Left => TruncationPolicy.Left,
                LongText.Error => TruncationPolicy.Error,
                _ => TruncationPolicy.Right,
            },
            Outputs = work.Outputs,
            Dimensions = work.Dimensions == model.Model.Dimension ? null : work.Dimensions,
            Normalize = work.Normalize == model.Model.Normalized ? null : work.Normalize,
            Timings = new WorkTimings(),
            Inline = true,
        };
        var (items, windows) = await RunAsync(work, model, embed, cancellationToken);
        return new Embedded(model.Model, lease.FallbackReason, items, windows, embed.Timings, Stopwatch.GetElapsedTime(started));
    }

    /// <summary>The model that will serve work of this kind, found out before the work is there.</summary>
    /// <inheritdoc cref="EmbedAsync" path="/exception"/>
    public async Task<LoadedModel> CheckAsync(EmbedWork work, CancellationToken cancellationToken)
    {
        using var lease = await pool.RentAsync(work.Model, Deadline(work.Deadline, work.Lane), clock, cancellationToken);
        Check(work, lease.Model.Model);
        return lease.Model.Model;
    }

    /// <summary>A model for what needs no run, such as its tokenizer.</summary>
    /// <inheritdoc cref="EmbedAsync" path="/exception"/>
    public async Task<ModelLease<IEmbeddingModel>> RentAsync(string? name, RequestDeadline deadline, CancellationToken cancellationToken) =>
        await pool.RentAsync(name, Deadline(deadline, Lane.Interactive), clock, cancellationToken);

    private async Task<(IReadOnlyList<TextEmbedding> Items, IReadOnlyList<WindowPlace>? Windows)> RunAsync(
        EmbedWork work, IEmbeddingModel model, EmbedOptions embed, CancellationToken cancellationToken)
    {
        try
        {
            if (work.Input.Texts is not { } texts)
            {
                return (await model.EmbedIdsAsync(work.Input.Ids!, embed, cancellationToken), null);
            }

            if (work.LongText != LongText.Chunk)
            {
                return (await model.EmbedAsync(texts, embed, cancellationToken), null);
            }

            var (ids, places) = await _splitter.SplitAsync(texts, model, embed, work.Overlap, cancellationToken);
            return (await model.EmbedIdsAsync(ids, embed, cancellationToken), places);
        }
        catch (TextTooLongException tooLong)
        {
            throw Refused(tooLong.Index, $"has {tooLong.Tokens} tokens; {model.Model.Id} takes {tooLong.Limit}", RefusedFor.Length);
        }
        catch (UnknownTokenException unknown)
        {
            throw new RefusedRequestException(
                $"{work.PathOf(unknown.Index)}[{Array.IndexOf(work.Input.Ids![unknown.Index], unknown.Id)}]",
                $"is {unknown.Id}, which {model.Model.Id} does not have; its ids are from 0 to {unknown.VocabularySize - 1}",
                RefusedFor.Text);
        }
        catch (NoTokensException nothing)
        {
            throw Refused(nothing.Index, "has nothing in it that the model can read", RefusedFor.Text);
        }

        RefusedRequestException Refused(int index, string message, RefusedFor reason) => new(work.PathOf(index), message, reason);
    }

    // A vector per token is a lot of memory, so their number is known before one is made.
    private async ValueTask CheckTokensAsync(EmbedWork work, IEmbeddingModel model, CancellationToken cancellationToken)
    {
        if ((work.Outputs & (EmbeddingOutputs.Tokens | EmbeddingOutputs.Colbert)) == 0)
        {
            return;
        }

        var most = options.Value.MaxTokenVectors;
        var count = work.Input.Ids?.Sum(ids => (long)ids.Length) ?? await _splitter.CountAsync(work.Input.Texts!, model, work, cancellationToken);
        if (count > most)
        {
            throw new RefusedRequestException(
                work.Field, $"has {count} tokens altogether; a request for a vector per token may have {most}", RefusedFor.Length);
        }
    }

    private static void Check(EmbedWork work, LoadedModel model)
    {
        if ((work.Outputs & ~model.Outputs) != 0)
        {
            throw new RefusedRequestException("outputs", new MissingOutputException(model.Id, work.Outputs, model.Outputs).Message, RefusedFor.Ability);
        }

        if (work.Dimensions is { } dimensions && (dimensions < 1 || dimensions > model.Dimension))
        {
            throw new RefusedRequestException("dimensions", $"must be from 1 to {model.Dimension} for {model.Id}", RefusedFor.Range);
        }

        if (work.LongText == LongText.Chunk && work.Input.Texts is null)
        {
            throw new RefusedRequestException("truncate", "can be chunk for texts only, not for token ids", RefusedFor.Range);
        }

        if (work.LongText == LongText.Chunk && work.Overlap > model.MaxTokens / 2)
        {
            throw new RefusedRequestException("chunk_overlap", $"must not be more than {model.MaxTokens / 2}, half of what {model.Id} takes", RefusedFor.Range);
        }
    }

    private DateTimeOffset? Deadline(RequestDeadline caller, Lane lane) => caller.Within(
        lane == Lane.Interactive && options.Value.InteractiveSeconds > 0 ? TimeSpan.FromSeconds(options.Value.InteractiveSeconds) : null,
        clock.GetUtcNow());
}
