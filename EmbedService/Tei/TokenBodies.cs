using EmbedPlatform.EmbedService.Embedding.Input;
using EmbedPlatform.EmbedService.Http;
using EmbedPlatform.ServiceDefaults.Failures;

namespace EmbedPlatform.EmbedService.Tei;

/// <summary>The body of <c>POST /tokenize</c>.</summary>
/// <param name="Inputs">A string or a list of strings.</param>
/// <param name="AddSpecialTokens">Whether the special tokens around a text are in the answer; true where absent.</param>
/// <param name="PromptName"><inheritdoc cref="TeiReading" path="/param[@name='PromptName']"/></param>
internal sealed record TokenizeBody(TextInput? Inputs = null, bool? AddSpecialTokens = null, string? PromptName = null) : ICheckedBody
{
    /// <inheritdoc/>
    public FieldErrors Validate(int maxTexts)
    {
        var errors = new FieldErrors().AddIf(Inputs is null, "inputs", "is required");
        Inputs?.Validate(errors, "inputs", maxTexts);
        errors.AddIf(Inputs is { Ids: not null }, "inputs", "must be a string or a list of strings");
        Reading().Validate(errors);
        return errors;
    }

    public TeiReading Reading() => new(null, null, PromptName);
}

/// <summary>A token of a text.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Text">What stands in the text, or the name of a special token.</param>
/// <param name="Special">Whether the tokenizer put it there.</param>
/// <param name="Start">Where it starts in the text, in bytes of UTF-8; null for a special token.</param>
/// <param name="Stop">One past its last byte; null for a special token.</param>
internal sealed record TeiToken(
    int Id,
    string Text,
    bool Special,
    [property: System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.Never)] int? Start,
    [property: System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.Never)] int? Stop);

/// <summary>The body of <c>POST /decode</c>.</summary>
/// <param name="Ids">The token ids of one text, or a list of those.</param>
/// <param name="SkipSpecialTokens">Whether special tokens are left out; true where absent.</param>
internal sealed record DecodeBody(TextInput? Ids = null, bool? SkipSpecialTokens = null) : ICheckedBody
{
    /// <inheritdoc/>
    public FieldErrors Validate(int maxTexts)
    {
        var errors = new FieldErrors().AddIf(Ids is null, "ids", "is required");
        Ids?.Validate(errors, "ids", maxTexts);
        return errors.AddIf(Ids is { Texts.Count: > 0 }, "ids", "must be a list of token ids or a list of such lists");
    }
}
