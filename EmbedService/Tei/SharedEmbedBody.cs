using EmbedPlatform.EmbedService.Embedding;
using EmbedPlatform.EmbedService.Embedding.Input;
using EmbedPlatform.EmbedService.Http;
using EmbedPlatform.EmbedService.OlderServers;
using EmbedPlatform.ServiceDefaults.Failures;
using EmbedPlatform.ServiceDefaults.Limits;

namespace EmbedPlatform.EmbedService.Tei;

/// <summary>The body of <c>POST /embed</c>: TEI's where it has <c>inputs</c>, else an older server's with <c>text</c> or <c>texts</c>.</summary>
/// <param name="Inputs">TEI: a string, a list of strings, the token ids of one text, or a list of those.</param>
/// <param name="Truncate"><inheritdoc cref="TeiReading" path="/param[@name='Truncate']"/></param>
/// <param name="TruncationDirection"><inheritdoc cref="TeiReading" path="/param[@name='TruncationDirection']"/></param>
/// <param name="PromptName"><inheritdoc cref="TeiReading" path="/param[@name='PromptName']"/></param>
/// <param name="Normalize">Whether vectors have length 1; true where absent with <c>inputs</c>.</param>
/// <param name="Dimensions">TEI: the length to which vectors are cut.</param>
/// <param name="Text">Older servers: one text.</param>
/// <param name="Texts">Older servers: one or more texts.</param>
/// <param name="InputType">Older servers: <c>document</c> (the default) or <c>query</c>.</param>
/// <param name="Priority"><c>interactive</c> (the default; somebody waits) or <c>bulk</c> (indexing).</param>
/// <param name="Model">Older servers: the model's name; absent: the default one.</param>
internal sealed record SharedEmbedBody(
    TextInput? Inputs = null,
    bool? Truncate = null,
    string? TruncationDirection = null,
    string? PromptName = null,
    bool? Normalize = null,
    int? Dimensions = null,
    string? Text = null,
    TextInput? Texts = null,
    string? InputType = null,
    string? Priority = null,
    string? Model = null) : ICheckedBody
{
    /// <summary>Whether a valid body is TEI's.</summary>
    public bool IsTei() => Inputs is not null;

    /// <inheritdoc/>
    public FieldErrors Validate(int maxTexts)
    {
        if (!IsTei())
        {
            return Older().Validate(maxTexts);
        }

        var errors = new FieldErrors().AddIf(Text is not null || Texts is not null, "inputs", "is TEI's; give it, or text or texts, not both");
        Inputs!.Validate(errors, "inputs", maxTexts);
        new TeiReading(Truncate, TruncationDirection, PromptName).Validate(errors);
        return errors.AddIf(Dimensions < 1, "dimensions", "must be 1 or more");
    }

    /// <summary>What a valid body asks for.</summary>
    public EmbedWork ToWork(RequestDeadline deadline) => IsTei()
        ? new TeiReading(Truncate, TruncationDirection, PromptName).ToWork(Inputs!, "inputs", deadline) with
        {
            Normalize = Normalize ?? true,
            Dimensions = Dimensions,
        }
        : Older().ToWork(deadline);

    private OlderBody Older() => new(Text, Texts, Normalize, InputType, Priority, Model);
}
