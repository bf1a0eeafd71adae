using EmbedPlatform.EmbedService.Embedding;
using EmbedPlatform.EmbedService.Embedding.Input;
using EmbedPlatform.EmbedService.Http;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.ServiceDefaults.Failures;
using EmbedPlatform.ServiceDefaults.Limits;

namespace EmbedPlatform.EmbedService.Tei;

/// <summary>What every TEI body says about how texts are read; the model is always the default one.</summary>
/// <param name="Truncate">Whether texts longer than the model takes are cut; true where absent, as TEI's <c>auto_truncate</c> is by default.</param>
/// <param name="TruncationDirection"><c>right</c> (the default) or <c>left</c>, in any case.</param>
/// <param name="PromptName"><c>query</c>, or <c>document</c> or <c>passage</c>; absent: no prompt, for TEI's clients put their own before the texts.</param>
internal readonly record struct TeiReading(bool? Truncate, string? TruncationDirection, string? PromptName)
{
    private static readonly Choices<LongText> Directions = new(("right", LongText.Right), ("left", LongText.Left));

    private static readonly Choices<TextRole> PromptNames = new(("query", TextRole.Query), ("document", TextRole.Document), ("passage", TextRole.Document));

    public void Validate(FieldErrors errors)
    {
        Directions.Validate(errors, "truncation_direction", TruncationDirection?.ToLowerInvariant());
        PromptNames.Validate(errors, "prompt_name", PromptName);
    }

    public TextRole Role => PromptNames.Of(PromptName, TextRole.Plain);

    public EmbedWork ToWork(TextInput input, string field, RequestDeadline deadline) => new(input, field)
    {
        Role = Role,
        Deadline = deadline,
        LongText = Truncate == false ? LongText.Error : Directions.Of(TruncationDirection?.ToLowerInvariant()),
    };
}

/// <summary>The body of <c>POST /embed_all</c> and <c>/embed_sparse</c>.</summary>
/// <param name="Inputs">A string, a list of strings, the token ids of one text, or a list of those.</param>
/// <param name="Truncate"><inheritdoc cref="TeiReading" path="/param[@name='Truncate']"/></param>
/// <param name="TruncationDirection"><inheritdoc cref="TeiReading" path="/param[@name='TruncationDirection']"/></param>
/// <param name="PromptName"><inheritdoc cref="TeiReading" path="/param[@name='PromptName']"/></param>
internal sealed record TeiInputsBody(TextInput? Inputs = null, bool? Truncate = null, string? TruncationDirection = null, string? PromptName = null) : ICheckedBody
{
    /// <inheritdoc/>
    public FieldErrors Validate(int maxTexts)
    {
        var errors = new FieldErrors().AddIf(Inputs is null, "inputs", "is required");
        Inputs?.Validate(errors, "inputs", maxTexts);
        Reading().Validate(errors);
        return errors;
    }

    /// <summary>What a valid body asks for.</summary>
    public EmbedWork ToWork(RequestDeadline deadline, EmbeddingOutputs outputs) => Reading().ToWork(Inputs!, "inputs", deadline) with { Outputs = outputs };

    private TeiReading Reading() => new(Truncate, TruncationDirection, PromptName);
}

/// <summary>The body of <c>POST /similarity</c>.</summary>
/// <param name="Inputs">The sentences.</param>
/// <param name="Parameters">How they are read.</param>
internal sealed record SimilarityBody(SimilarityInputs? Inputs = null, SimilarityParameters? Parameters = null) : ICheckedBody
{
    /// <inheritdoc/>
    public FieldErrors Validate(int maxTexts)
    {
        var errors = new FieldErrors().AddIf(Inputs is null, "inputs", "is required");
        if (Inputs is not null)
        {
            errors.AddIf(Inputs.SourceSentence is null, "inputs.source_sentence", "is required");
            errors.AddIf(Inputs.SourceSentence is not null && string.IsNullOrWhiteSpace(Inputs.SourceSentence), "inputs.source_sentence", TextInput.BlankMessage);
            errors.AddIf(Inputs.Sentences is null, "inputs.sentences", "is required");
            Inputs.Sentences?.ValidateStrings(errors, "inputs.sentences", maxTexts);
        }

        Reading().Validate(errors);
        return errors;
    }

    /// <summary>What a valid body asks for: the source sentence first.</summary>
    public EmbedWork ToWork(RequestDeadline deadline) =>
        Reading().ToWork(TextInput.Of([Inputs!.SourceSentence!, .. Inputs.Sentences!.Texts!]), "inputs.sentences", deadline) with
        {
            Normalize = true,
            FirstField = "inputs.source_sentence",
        };

    private TeiReading Reading() => new(Parameters?.Truncate, Parameters?.TruncationDirection, Parameters?.PromptName);
}

/// <summary>A sentence and those it is compared with.</summary>
/// <param name="SourceSentence">The sentence.</param>
/// <param name="Sentences">The others.</param>
internal sealed record SimilarityInputs(string? SourceSentence = null, TextInput? Sentences = null);

/// <summary>How the sentences are read.</summary>
/// <param name="Truncate"><inheritdoc cref="TeiReading" path="/param[@name='Truncate']"/></param>
/// <param name="TruncationDirection"><inheritdoc cref="TeiReading" path="/param[@name='TruncationDirection']"/></param>
/// <param name="PromptName"><inheritdoc cref="TeiReading" path="/param[@name='PromptName']"/></param>
internal sealed record SimilarityParameters(bool? Truncate = null, string? TruncationDirection = null, string? PromptName = null);
