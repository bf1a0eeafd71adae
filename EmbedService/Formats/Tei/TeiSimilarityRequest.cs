using EmbedPlatform.EmbedService.Embedding;
using EmbedPlatform.EmbedService.Embedding.Input;
using EmbedPlatform.ModelServiceDefaults.Wire;
using EmbedPlatform.ServiceDefaults.Http;

namespace EmbedPlatform.EmbedService.Formats.Tei;

/// <summary>The body of <c>POST /similarity</c>.</summary>
internal sealed record TeiSimilarityRequest(TeiSimilarityInputs? Inputs = null, TeiSimilarityParameters? Parameters = null)
    : IRequestBody<EmbedServiceOptions>
{
    private TeiTextOptions TextOptions => new(Parameters?.Truncate, Parameters?.TruncationDirection, Parameters?.PromptName);

    public FieldErrors Validate(EmbedServiceOptions options)
    {
        var errors = new FieldErrors().AddIf(Inputs is null, "inputs", "is required");
        if (Inputs is not null)
        {
            errors.RequireText("inputs.source_sentence", Inputs.SourceSentence);
            errors.RequireTexts("inputs.sentences", Inputs.Sentences, options.MaxTexts, TextInputForm.List);
        }

        TextOptions.Validate(errors);
        return errors;
    }

    /// <summary>The source sentence becomes the first text.</summary>
    public EmbeddingRequest ToRequest(RequestDeadline deadline) =>
        TextOptions.ToRequest(TextInput.From([Inputs!.SourceSentence!, .. Inputs.Sentences!.Texts!]), "inputs.sentences", deadline) with
        {
            Normalize = true,
            FirstField = "inputs.source_sentence",
        };
}

internal sealed record TeiSimilarityInputs(string? SourceSentence = null, TextInput? Sentences = null);

internal sealed record TeiSimilarityParameters(bool? Truncate = null, string? TruncationDirection = null, string? PromptName = null);
