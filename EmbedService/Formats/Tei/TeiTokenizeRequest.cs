using System.Text.Json.Serialization;
using EmbedPlatform.EmbedService.Embedding;
using EmbedPlatform.EmbedService.Embedding.Input;
using EmbedPlatform.ModelServiceDefaults.Wire;
using EmbedPlatform.ServiceDefaults.Http;

namespace EmbedPlatform.EmbedService.Formats.Tei;

/// <summary>The body of <c>POST /tokenize</c>.</summary>
/// <param name="Inputs">A string or a list of strings.</param>
/// <param name="AddSpecialTokens">Whether the answer includes special tokens; default true.</param>
internal sealed record TeiTokenizeRequest(TextInput? Inputs = null, bool? AddSpecialTokens = null, string? PromptName = null)
    : IRequestBody<EmbedServiceOptions>
{
    [JsonIgnore]
    public TeiTextOptions TextOptions => new(null, null, PromptName);

    public FieldErrors Validate(EmbedServiceOptions options)
    {
        var errors = new FieldErrors().RequireTexts("inputs", Inputs, options.MaxTexts, TextInputForm.StringOrList);
        TextOptions.Validate(errors);
        return errors;
    }
}

/// <param name="Text">The token's part of the text, or the name of a special token.</param>
/// <param name="Special">Whether the tokenizer added it.</param>
/// <param name="Start">Its start in the text, in bytes of UTF-8; null for a special token.</param>
/// <param name="Stop">Its end (exclusive); null for a special token.</param>
internal sealed record TeiToken(
    int Id,
    string Text,
    bool Special,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] int? Start,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] int? Stop
);

/// <summary>The body of <c>POST /decode</c>.</summary>
/// <param name="Ids">The token ids of one text, or a list of those.</param>
/// <param name="SkipSpecialTokens">Whether special tokens are left out; default true.</param>
internal sealed record TeiDecodeRequest(TextInput? Ids = null, bool? SkipSpecialTokens = null) : IRequestBody<EmbedServiceOptions>
{
    public FieldErrors Validate(EmbedServiceOptions options) =>
        new FieldErrors().RequireTexts("ids", Ids, options.MaxTexts, TextInputForm.TokenIds);
}
