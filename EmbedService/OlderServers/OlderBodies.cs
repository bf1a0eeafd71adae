using EmbedPlatform.EmbedService.Embedding;
using EmbedPlatform.EmbedService.Embedding.Input;
using EmbedPlatform.EmbedService.Http;
using EmbedPlatform.ServiceDefaults.Failures;
using EmbedPlatform.ServiceDefaults.Limits;

namespace EmbedPlatform.EmbedService.OlderServers;

/// <summary>The body of <c>POST /embeddings</c>: exactly one of <c>text</c> and <c>texts</c>.</summary>
/// <param name="Text">One text.</param>
/// <param name="Texts">One or more texts.</param>
/// <param name="Normalize">Whether vectors have length 1; absent: as the model was trained.</param>
/// <param name="InputType"><c>document</c> (the default) or <c>query</c>.</param>
/// <param name="Priority"><c>interactive</c> (the default) or <c>bulk</c>.</param>
/// <param name="Model">The model's name; absent: the default one.</param>
internal sealed record OlderBody(
    string? Text = null, TextInput? Texts = null, bool? Normalize = null, string? InputType = null, string? Priority = null, string? Model = null) : ICheckedBody
{
    /// <inheritdoc/>
    public FieldErrors Validate(int maxTexts)
    {
        var errors = new FieldErrors();
        if (Text is null == Texts is null)
        {
            var message = Text is null ? "text or texts is required" : "give text or texts, not both";
            errors.Add("text", message).Add("texts", message);
        }

        errors.AddIf(Text is not null && string.IsNullOrWhiteSpace(Text), "text", TextInput.BlankMessage);
        Texts?.ValidateStrings(errors, "texts", maxTexts);
        EmbedSettings.Roles.Validate(errors, "input_type", InputType);
        EmbedSettings.Lanes.Validate(errors, "priority", Priority);
        return errors;
    }

    /// <summary>What a valid body asks for.</summary>
    public EmbedWork ToWork(RequestDeadline deadline) => new(Text is null ? Texts! : TextInput.Of(Text), Text is null ? "texts" : "text")
    {
        Model = Model,
        Role = EmbedSettings.Roles.Of(InputType),
        Lane = EmbedSettings.Lanes.Of(Priority),
        Deadline = deadline,
        Normalize = Normalize,
    };
}

/// <summary>The body of <c>POST /embeddings/batch</c> and <c>POST /embed/batch</c>.</summary>
/// <param name="Texts">One or more texts.</param>
/// <param name="Normalize">Whether vectors have length 1; absent: as the model was trained.</param>
internal sealed record OlderBatchBody(TextInput? Texts = null, bool? Normalize = null) : ICheckedBody
{
    /// <inheritdoc/>
    public FieldErrors Validate(int maxTexts)
    {
        var errors = new FieldErrors().AddIf(Texts is null, "texts", "is required");
        Texts?.ValidateStrings(errors, "texts", maxTexts);
        return errors;
    }

    /// <summary>What a valid body asks for.</summary>
    public EmbedWork ToWork(RequestDeadline deadline) => new(Texts!, "texts") { Deadline = deadline, Normalize = Normalize };
}
