using EmbedPlatform.Inference.Execution;
using EmbedPlatform.ServiceDefaults.Failures;

namespace EmbedPlatform.EmbedService.Embedding;

/// <summary>Texts to embed: exactly one of <c>text</c> and <c>texts</c>.</summary>
/// <param name="Text">One text.</param>
/// <param name="Texts">One or more texts.</param>
/// <param name="InputType"><c>document</c> (the default) or <c>query</c>.</param>
/// <param name="Priority"><c>interactive</c> (the default; somebody waits) or <c>bulk</c> (indexing).</param>
internal sealed record EmbedBody(
    string? Text = null, IReadOnlyList<string?>? Texts = null, string? InputType = null, string? Priority = null)
{
    internal const string BlankMessage = "must not be blank";

    /// <summary>What is wrong with the body.</summary>
    public FieldErrors Validate(int maxTexts)
    {
        var errors = new FieldErrors();
        if (Text is null == Texts is null)
        {
            var message = Text is null ? "text or texts is required" : "give text or texts, not both";
            errors.Add("text", message).Add("texts", message);
        }

        errors.AddIf(Text is not null && string.IsNullOrWhiteSpace(Text), "text", BlankMessage);
        errors.AddIf(Texts is { Count: 0 }, "texts", "must not be empty");
        errors.AddIf(Texts?.Count > maxTexts, "texts", $"must not hold more than {maxTexts} texts");
        for (var i = 0; i < (Texts?.Count ?? 0); i++)
        {
            errors.AddIf(Texts![i] is null, $"texts[{i}]", "must be a string");
            errors.AddIf(Texts[i] is { } text && string.IsNullOrWhiteSpace(text), $"texts[{i}]", BlankMessage);
        }

        errors.AddIf(InputType is not (null or "document" or "query"), "input_type", "must be document or query");
        errors.AddIf(Priority is not (null or "interactive" or "bulk"), "priority", "must be interactive or bulk");
        return errors;
    }

    /// <summary>The texts of a valid body.</summary>
    public IReadOnlyList<string> AllTexts() => Text is not null ? [Text] : Texts!.Select(text => text!).ToArray();

    /// <summary>What the texts of a valid body are.</summary>
    public TextRole Role() => InputType == "query" ? TextRole.Query : TextRole.Document;

    /// <summary>The queue of a valid body.</summary>
    public Lane Lane() => Priority == "bulk" ? Inference.Execution.Lane.Bulk : Inference.Execution.Lane.Interactive;
}
