using EmbedPlatform.EmbedService.Embedding;
using EmbedPlatform.EmbedService.Embedding.Input;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Tokenization;
using EmbedPlatform.ModelServiceDefaults.Wire;
using EmbedPlatform.ServiceDefaults.Http;

namespace EmbedPlatform.EmbedService.Formats.Tei;

/// <summary>The options of every TEI body. The model is always the default one.</summary>
/// <param name="Truncate">Whether texts that are too long are truncated; default true, as TEI's <c>auto_truncate</c>.</param>
/// <param name="TruncationDirection"><c>right</c> (the default) or <c>left</c>, in any case.</param>
/// <param name="PromptName"><c>query</c>, <c>document</c> or <c>passage</c>; absent: no prompt, as TEI's clients prepend their own.</param>
internal readonly record struct TeiTextOptions(bool? Truncate, string? TruncationDirection, string? PromptName)
{
    private static readonly EnumField<Truncation> Directions = new(("right", Truncation.Right), ("left", Truncation.Left));

    private static readonly EnumField<TextRole> PromptNames = new(
        ("query", TextRole.Query),
        ("document", TextRole.Document),
        ("passage", TextRole.Document)
    );

    public TextRole Role => PromptNames.Parse(PromptName, TextRole.Plain);

    public void Validate(FieldErrors errors)
    {
        Directions.Validate(errors, "truncation_direction", TruncationDirection?.ToLowerInvariant());
        PromptNames.Validate(errors, "prompt_name", PromptName);
    }

    public EmbeddingRequest ToRequest(TextInput input, string field, RequestDeadline deadline) =>
        new(input, field)
        {
            Role = Role,
            Deadline = deadline,
            Truncation = Truncate == false ? Truncation.Error : Directions.Parse(TruncationDirection?.ToLowerInvariant()),
        };
}

/// <summary>The body of <c>POST /embed_all</c> and <c>/embed_sparse</c>.</summary>
/// <param name="Inputs">A string, a list of strings, the token ids of one text, or a list of those.</param>
internal sealed record TeiInputsRequest(
    TextInput? Inputs = null,
    bool? Truncate = null,
    string? TruncationDirection = null,
    string? PromptName = null
) : IRequestBody<EmbedServiceOptions>
{
    private TeiTextOptions TextOptions => new(Truncate, TruncationDirection, PromptName);

    public FieldErrors Validate(EmbedServiceOptions options)
    {
        var errors = new FieldErrors().RequireTexts("inputs", Inputs, options.MaxTexts);
        TextOptions.Validate(errors);
        return errors;
    }

    public EmbeddingRequest ToRequest(RequestDeadline deadline, EmbeddingOutputs outputs) =>
        TextOptions.ToRequest(Inputs!, "inputs", deadline) with
        {
            Outputs = outputs,
        };
}
