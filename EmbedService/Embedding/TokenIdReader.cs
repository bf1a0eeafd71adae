using EmbedPlatform.EmbedService.Embedding.Input;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.ModelPools;
using EmbedPlatform.Inference.Models;
using EmbedPlatform.ServiceDefaults.Http;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.EmbedService.Embedding;

/// <summary>
/// Decides whose vocabulary the token ids of a request come from. Ids of a served model go to it unchanged; ids of OpenAI's models are
/// decoded to text. Any others are rejected: they would silently be embedded as some other text.
/// </summary>
internal sealed class TokenIdReader(IModelPool<IEmbeddingModel> pool, OpenAiVocabularies vocabularies, IOptions<LimitsOptions> limits)
{
    private static readonly TimeSpan RetryAfterFallback = TimeSpan.FromSeconds(15);

    /// <exception cref="RequestRejectedException">The vocabulary is unknown, or lacks one of the ids.</exception>
    /// <exception cref="ModelUnavailableException">A fallback with another vocabulary serves in place of the model.</exception>
    public async ValueTask<EmbeddingRequest> ReadAsync(
        EmbeddingRequest request,
        ModelLease<IEmbeddingModel> lease,
        CancellationToken cancellationToken
    )
    {
        if (request.Input.Ids is not { } ids)
        {
            return request;
        }

        if (AreOwn(request))
        {
            return lease.FallbackReason is { } reason
                ? throw new ModelUnavailableException(
                    $"{reason} {lease.Model.Model.Id} is serving instead and has other token ids; send text.",
                    RetryAfterFallback
                )
                : request;
        }

        var name =
            OpenAiVocabularies.NameFor(request.Model)
            ?? throw new RequestRejectedException(request.Field, UnknownVocabulary(request.Model), RejectionReason.InvalidText);
        var vocabulary = await vocabularies.GetAsync(name, cancellationToken);
        Check(request, ids, vocabulary);
        var texts = ids.Select(vocabulary.Decode).ToArray();
        var blank = Array.FindIndex(texts, TextRules.IsBlank);
        return blank >= 0
            ? throw new RequestRejectedException(
                request.PathOf(blank),
                texts[blank].Length == 0 ? "holds only part of a character" : TextInputValidation.BlankMessage,
                RejectionReason.InvalidText
            )
            : request with
            {
                Input = request.Input.IsSingle ? TextInput.From(texts[0]) : TextInput.From(texts),
            };
    }

    private bool AreOwn(EmbeddingRequest request) =>
        string.IsNullOrEmpty(request.Model) || string.Equals(request.Model, ModelCatalog.Default, StringComparison.OrdinalIgnoreCase)
            ? !request.IdsNeedModel
            : pool.Models.Any(model => string.Equals(model.Id, request.Model, StringComparison.OrdinalIgnoreCase));

    private string UnknownVocabulary(string? model)
    {
        var served = string.Join(", ", pool.Models.Select(served => served.Id));
        var why = string.IsNullOrEmpty(model) ? "no model is named" : $"'{model}' does not identify their vocabulary";
        return $"holds token ids, but {why}: send text, or name the model that the ids belong to ({served}, or a model of OpenAI)";
    }

    private void Check(EmbeddingRequest request, IReadOnlyList<int[]> ids, OpenAiVocabulary vocabulary)
    {
        var characters = 0L;
        for (var i = 0; i < ids.Count; i++)
        {
            for (var j = 0; j < ids[i].Length; j++)
            {
                if (vocabulary.Problem(ids[i][j]) is { } problem)
                {
                    throw new RequestRejectedException($"{request.PathOf(i)}[{j}]", problem, RejectionReason.InvalidText);
                }
            }

            characters += vocabulary.MaxCharacters(ids[i]);
        }

        // A token of 128 spaces is an id of five digits: decoded texts get the limit that a body of text has.
        if (characters > limits.Value.MaxBodyBytes)
        {
            throw new RequestRejectedException(
                request.Field,
                $"decodes to more than {limits.Value.MaxBodyBytes} characters "
                    + $"(option {LimitsOptions.SectionName}:{nameof(LimitsOptions.MaxBodyBytes)})",
                RejectionReason.TooLong
            );
        }
    }
}
