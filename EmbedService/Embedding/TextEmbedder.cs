using System.Diagnostics;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.ModelPools;
using EmbedPlatform.ServiceDefaults.Http;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.EmbedService.Embedding;

/// <summary>Embeds the texts of one request of any wire format.</summary>
internal sealed class TextEmbedder(
    IModelPool<IEmbeddingModel> pool,
    TokenIdReader tokenIds,
    IOptions<EmbedServiceOptions> options,
    TimeProvider clock
)
{
    private readonly WindowSplitter _splitter = new();

    /// <exception cref="ModelNotServedException">No model is served under this name.</exception>
    /// <exception cref="RequestRejectedException">The model cannot serve the request.</exception>
    /// <exception cref="QueueFullException">There is no room; nothing was admitted.</exception>
    /// <exception cref="DeadlineExceededException">The deadline passed before every text was embedded.</exception>
    /// <exception cref="ModelOutOfMemoryException">The model ran out of memory and no fallback took over.</exception>
    public async Task<EmbeddingResult> EmbedAsync(EmbeddingRequest request, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var deadline = DeadlineOf(request.Deadline, request.Lane);
        return await pool.UseAsync(
            request.Model,
            deadline,
            clock,
            lease => EmbedAsync(lease, request, deadline, started, cancellationToken),
            cancellationToken
        );
    }

    /// <summary>Checks the options of a request whose texts are still to come.</summary>
    /// <inheritdoc cref="EmbedAsync" path="/exception"/>
    public async Task<LoadedModel> CheckAsync(EmbeddingRequest request, CancellationToken cancellationToken)
    {
        using var lease = await pool.RentAsync(request.Model, DeadlineOf(request.Deadline, request.Lane), clock, cancellationToken);
        Check(request, lease.Model.Model);
        return lease.Model.Model;
    }

    /// <summary>A model for work without a run, such as tokenizing.</summary>
    /// <inheritdoc cref="EmbedAsync" path="/exception"/>
    public async Task<ModelLease<IEmbeddingModel>> RentAsync(string? name, RequestDeadline deadline, CancellationToken cancellationToken) =>
        await pool.RentAsync(name, DeadlineOf(deadline, Lane.Interactive), clock, cancellationToken);

    private async Task<EmbeddingResult> EmbedAsync(
        ModelLease<IEmbeddingModel> lease,
        EmbeddingRequest request,
        DateTimeOffset? deadline,
        long started,
        CancellationToken cancellationToken
    )
    {
        var model = lease.Model;
        request = await tokenIds.ReadAsync(request, lease, cancellationToken);
        Check(request, model.Model);
        await CheckTokensAsync(request, model, cancellationToken);
        var embed = new EmbedOptions
        {
            Role = request.Role,
            Lane = request.Lane,
            Deadline = deadline,
            Truncation = request.Truncation,
            Outputs = request.Outputs,
            Dimensions = request.Dimensions == model.Model.Dimension ? null : request.Dimensions,
            Normalize = request.Normalize == model.Model.Normalized ? null : request.Normalize,
            Timings = new RequestTimings(),
            RunOnCallerThread = true,
        };
        var (items, windows) = await RunAsync(request, model, embed, cancellationToken);
        return new EmbeddingResult(model.Model, lease.FallbackReason, items, windows, embed.Timings, Stopwatch.GetElapsedTime(started));
    }

    private async Task<(IReadOnlyList<TextEmbedding> Items, IReadOnlyList<WindowPosition>? Windows)> RunAsync(
        EmbeddingRequest request,
        IEmbeddingModel model,
        EmbedOptions embed,
        CancellationToken cancellationToken
    )
    {
        try
        {
            if (request.Input.Texts is not { } texts)
            {
                return (await model.EmbedIdsAsync(request.Input.Ids!, embed, cancellationToken), null);
            }

            if (request.WindowOverlap is not { } overlap)
            {
                return (await model.EmbedAsync(texts, embed, cancellationToken), null);
            }

            var (ids, windows) = await _splitter.SplitAsync(texts, model, embed, overlap, cancellationToken);
            return (await model.EmbedIdsAsync(ids, embed, cancellationToken), windows);
        }
        catch (TextTooLongException tooLong)
        {
            throw new RequestRejectedException(
                request.PathOf(tooLong.Index),
                $"has {tooLong.Tokens} tokens; {model.Model.Id} takes at most {tooLong.Limit}",
                RejectionReason.TooLong
            );
        }
        catch (UnknownTokenException unknown)
        {
            throw new RequestRejectedException(
                $"{request.PathOf(unknown.Index)}[{Array.IndexOf(request.Input.Ids![unknown.Index], unknown.Id)}]",
                $"is {unknown.Id}, which is not a token id of {model.Model.Id}; ids range from 0 to {unknown.VocabularySize - 1}",
                RejectionReason.InvalidText
            );
        }
        catch (NoTokensException empty)
        {
            throw new RequestRejectedException(
                request.PathOf(empty.Index),
                "contains no text that the model can tokenize",
                RejectionReason.InvalidText
            );
        }
    }

    // One vector per token takes a lot of memory, so the tokens are counted before the first run.
    private async ValueTask CheckTokensAsync(EmbeddingRequest request, IEmbeddingModel model, CancellationToken cancellationToken)
    {
        if ((request.Outputs & (EmbeddingOutputs.Tokens | EmbeddingOutputs.Colbert)) == 0)
        {
            return;
        }

        var limit = options.Value.MaxTokenVectors;
        var count =
            request.Input.Ids?.Sum(ids => (long)ids.Length)
            ?? await _splitter.CountAsync(request.Input.Texts!, model, request, cancellationToken);
        if (count > limit)
        {
            throw new RequestRejectedException(
                request.Field,
                $"has {count} tokens in total; a request for one vector per token is limited to {limit} "
                    + $"(option {EmbedServiceOptions.SectionName}:{nameof(EmbedServiceOptions.MaxTokenVectors)})",
                RejectionReason.TooLong
            );
        }
    }

    private static void Check(EmbeddingRequest request, LoadedModel model)
    {
        if ((request.Outputs & ~model.Outputs) != 0)
        {
            throw new RequestRejectedException(
                "outputs",
                new MissingOutputException(model.Id, request.Outputs, model.Outputs).Message,
                RejectionReason.UnsupportedOutput
            );
        }

        if (request.Dimensions is { } dimensions && (dimensions < 1 || dimensions > model.Dimension))
        {
            throw new RequestRejectedException(
                "dimensions",
                $"must be from 1 to {model.Dimension} for {model.Id}",
                RejectionReason.OutOfRange
            );
        }

        if (request.WindowOverlap is not null && request.Input.Texts is null)
        {
            throw new RequestRejectedException("truncate", "chunk applies to texts, not to token ids", RejectionReason.OutOfRange);
        }

        if (request.WindowOverlap > model.MaxTokens / 2)
        {
            throw new RequestRejectedException(
                "chunk_overlap",
                $"must not exceed {model.MaxTokens / 2}, half the {model.MaxTokens} tokens that {model.Id} takes",
                RejectionReason.OutOfRange
            );
        }
    }

    private DateTimeOffset? DeadlineOf(RequestDeadline caller, Lane lane) =>
        caller.Within(
            lane == Lane.Interactive && options.Value.InteractiveDeadlineSeconds > 0
                ? TimeSpan.FromSeconds(options.Value.InteractiveDeadlineSeconds)
                : null,
            clock.GetUtcNow()
        );
}
