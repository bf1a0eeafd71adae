using System.Text.Json.Serialization;
using EmbedPlatform.EmbedService.Embedding;
using EmbedPlatform.EmbedService.Embedding.Input;
using EmbedPlatform.EmbedService.Formats.Legacy;
using EmbedPlatform.EmbedService.Formats.Tei;
using EmbedPlatform.ModelServiceDefaults.Wire;
using EmbedPlatform.ServiceDefaults.Http;

namespace EmbedPlatform.EmbedService.Formats.TeiOrLegacy;

/// <summary>The fields of both formats. A body with <c>inputs</c> is TEI's.</summary>
/// <param name="Inputs">TEI: a string, a list of strings, the token ids of one text, or a list of those.</param>
/// <param name="Normalize">Scales vectors to length 1; default for TEI: true.</param>
/// <param name="Dimensions">TEI: shortens vectors to this length.</param>
/// <param name="InputType">Legacy: <c>document</c> (the default) or <c>query</c>.</param>
/// <param name="Priority">Legacy: <c>interactive</c> (the default) or <c>bulk</c>.</param>
/// <param name="Model">Legacy: the model's name; absent: the default model.</param>
internal sealed record TeiOrLegacyEmbedRequest(
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
    string? Model = null
) : IRequestBody<EmbedServiceOptions>
{
    [JsonIgnore]
    public bool IsTei => Inputs is not null;

    private TeiTextOptions TextOptions => new(Truncate, TruncationDirection, PromptName);

    private LegacyEmbedRequest Legacy => new(Text, Texts, Normalize, InputType, Priority, Model);

    public FieldErrors Validate(EmbedServiceOptions options)
    {
        if (!IsTei)
        {
            return Legacy.Validate(options);
        }

        var errors = new FieldErrors()
            .AddIf(Text is not null || Texts is not null, "inputs", "cannot be combined with text or texts")
            .AddTexts("inputs", Inputs!, options.MaxTexts);
        TextOptions.Validate(errors);
        return errors.AddIf(Dimensions < 1, "dimensions", "must be 1 or more");
    }

    public EmbeddingRequest ToRequest(RequestDeadline deadline) =>
        IsTei
            ? TextOptions.ToRequest(Inputs!, "inputs", deadline) with
            {
                Normalize = Normalize ?? true,
                Dimensions = Dimensions,
            }
            : Legacy.ToRequest(deadline);
}
