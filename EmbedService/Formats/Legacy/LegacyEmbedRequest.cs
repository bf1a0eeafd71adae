using EmbedPlatform.EmbedService.Embedding;
using EmbedPlatform.EmbedService.Embedding.Input;
using EmbedPlatform.EmbedService.Formats.Shared;
using EmbedPlatform.ModelServiceDefaults.Wire;
using EmbedPlatform.ServiceDefaults.Http;

namespace EmbedPlatform.EmbedService.Formats.Legacy;

/// <summary>The body of <c>POST /embeddings</c>: either <c>text</c> or <c>texts</c>.</summary>
/// <param name="Normalize">Scales vectors to length 1; absent: as the model was trained.</param>
/// <param name="InputType"><c>document</c> (the default) or <c>query</c>.</param>
/// <param name="Priority"><c>interactive</c> (the default) or <c>bulk</c>.</param>
/// <param name="Model">The model's name; absent: the default model.</param>
internal sealed record LegacyEmbedRequest(
    string? Text = null,
    TextInput? Texts = null,
    bool? Normalize = null,
    string? InputType = null,
    string? Priority = null,
    string? Model = null
) : IRequestBody<EmbedServiceOptions>
{
    public FieldErrors Validate(EmbedServiceOptions options)
    {
        var errors = new FieldErrors();
        if (Text is null == Texts is null)
        {
            var message = Text is null ? "text or texts is required" : "give text or texts, not both";
            errors.Add("text", message).Add("texts", message);
        }

        if (Text is not null)
        {
            errors.RequireText("text", Text);
        }

        if (Texts is not null)
        {
            errors.AddTexts("texts", Texts, options.MaxTexts, TextInputForm.List);
        }

        RequestFields.InputType.Validate(errors, "input_type", InputType);
        RequestFields.Priority.Validate(errors, "priority", Priority);
        return errors;
    }

    public EmbeddingRequest ToRequest(RequestDeadline deadline) =>
        new(Text is null ? Texts! : TextInput.From(Text), Text is null ? "texts" : "text")
        {
            Model = Model,
            Role = RequestFields.InputType.Parse(InputType),
            Lane = RequestFields.Priority.Parse(Priority),
            Deadline = deadline,
            Normalize = Normalize,
        };
}

/// <summary>The body of <c>POST /embeddings/batch</c> and <c>POST /embed/batch</c>.</summary>
/// <param name="Normalize">Scales vectors to length 1; absent: as the model was trained.</param>
internal sealed record LegacyBatchRequest(TextInput? Texts = null, bool? Normalize = null) : IRequestBody<EmbedServiceOptions>
{
    public FieldErrors Validate(EmbedServiceOptions options) =>
        new FieldErrors().RequireTexts("texts", Texts, options.MaxTexts, TextInputForm.List);

    public EmbeddingRequest ToRequest(RequestDeadline deadline) => new(Texts!, "texts") { Deadline = deadline, Normalize = Normalize };
}
