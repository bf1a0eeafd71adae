using EmbedPlatform.EmbedService.Embedding.Input;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Models;
using EmbedPlatform.Inference.Serving;
using EmbedPlatform.ServiceDefaults.Failures;
using EmbedPlatform.ServiceDefaults.Limits;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.EmbedService.Embedding;

/// <summary>
/// Finds out whose token ids a request holds. Those of the model that serves go to it as they are; those of OpenAI's models become the text that they stand for. Others would be embedded as
/// another text without anyone noticing, so they are refused.
/// </summary>
internal sealed class TokenIdReader(IModelPool<IEmbeddingModel> pool, OpenAiVocabularies vocabularies, IOptions<LimitsOptions> limits)
{
    private static readonly TimeSpan FallbackPause = TimeSpan.FromSeconds(15);

    /// <exception cref="RefusedRequestException">Nobody knows whose ids they are, or they are none of their vocabulary.</exception>
    /// <exception cref="ModelUnavailableException">They are those of a model in whose place another one serves.</exception>
    public async ValueTask<EmbedWork> ReadAsync(EmbedWork work, ModelLease<IEmbeddingModel> lease, CancellationToken cancellationToken)
    {
        if (work.Input.Ids is not { } ids)
        {
            return work;
        }

        if (AreOwn(work))
        {
            return lease.FallbackReason is { } reason
                ? throw new ModelUnavailableException($"{reason} {lease.Model.Model.Id} serves meanwhile, whose token ids are others; send text.", FallbackPause)
                : work;
        }

        var name = OpenAiVocabularies.NameFor(work.Model) ?? throw new RefusedRequestException(work.Field, WhoseMessage(work.Model), RefusedFor.Text);
        var vocabulary = await vocabularies.GetAsync(name, cancellationToken);
        Check(work, ids, vocabulary);
        var texts = ids.Select(vocabulary.Decode).ToArray();
        var blank = Array.FindIndex(texts, Blank.Is);
        return blank >= 0
            ? throw new RefusedRequestException(work.PathOf(blank), texts[blank].Length == 0 ? "holds a part of a character only" : TextInput.BlankMessage, RefusedFor.Text)
            : work with { Input = work.Input.IsSingle ? TextInput.Of(texts[0]) : TextInput.Of(texts) };
    }

    private bool AreOwn(EmbedWork work) =>
        string.IsNullOrEmpty(work.Model) || string.Equals(work.Model, ModelCatalog.Default, StringComparison.OrdinalIgnoreCase)
            ? !work.IdsNeedModel
            : pool.Models.Any(model => string.Equals(model.Id, work.Model, StringComparison.OrdinalIgnoreCase));

    private string WhoseMessage(string? model) =>
        $"holds token ids, and {(string.IsNullOrEmpty(model) ? "no model is named" : $"the name '{model}' does not tell")} whose they are: send text, or name the model whose ids they are "
        + $"({string.Join(", ", pool.Models.Select(served => served.Id))}, or one of OpenAI's)";

    private void Check(EmbedWork work, IReadOnlyList<int[]> ids, OpenAiVocabulary vocabulary)
    {
        var characters = 0L;
        for (var i = 0; i < ids.Count; i++)
        {
            for (var j = 0; j < ids[i].Length; j++)
            {
                if (vocabulary.Problem(ids[i][j]) is { } problem)
                {
                    throw new RefusedRequestException($"{work.PathOf(i)}[{j}]", problem, RefusedFor.Text);
                }
            }

            characters += vocabulary.MostCharacters(ids[i]);
        }

        // A token of 128 blanks is an id of five digits: texts have the limit that they would have had as a body.
        if (characters > limits.Value.MaxBodyBytes)
        {
            throw new RefusedRequestException(
                work.Field, $"stands for more than {limits.Value.MaxBodyBytes} characters (option {LimitsOptions.SectionName}:{nameof(LimitsOptions.MaxBodyBytes)})", RefusedFor.Length);
        }
    }
}
