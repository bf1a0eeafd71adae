using EmbedPlatform.ServiceDefaults.Http;

namespace EmbedPlatform.EmbedService.Embedding.Input;

/// <summary>The forms of <see cref="TextInput"/> that a field takes.</summary>
internal enum TextInputForm
{
    Any,
    StringOrList,
    List,
    TokenIds,
}

internal static class TextInputValidation
{
    public const string BlankMessage = "must not be blank";

    /// <summary>A list of a million invalid texts is one mistake.</summary>
    private const int MaxErrors = 100;

    public static FieldErrors RequireTexts(
        this FieldErrors errors,
        string field,
        TextInput? input,
        int maxTexts,
        TextInputForm form = TextInputForm.Any
    ) => input is null ? errors.Add(field, "is required") : errors.AddTexts(field, input, maxTexts, form);

    public static FieldErrors RequireText(this FieldErrors errors, string field, string? text) =>
        errors.AddIf(text is null, field, "is required").AddIf(text is not null && string.IsNullOrWhiteSpace(text), field, BlankMessage);

    public static FieldErrors AddTexts(
        this FieldErrors errors,
        string field,
        TextInput input,
        int maxTexts,
        TextInputForm form = TextInputForm.Any
    )
    {
        if (FormError(input, form) is { } wrongForm)
        {
            return errors.Add(field, wrongForm);
        }

        foreach (var (path, message) in input.Errors)
        {
            errors.Add(field + path, message);
        }

        if (input.Errors.Count > 0)
        {
            return errors;
        }

        errors.AddIf(input.Count == 0, field, "must not be empty");
        errors.AddIf(input.Count > maxTexts, field, $"must not hold more than {maxTexts} texts");
        for (var (i, found) = (0, 0); i < input.Count && found < MaxErrors && input.Count <= maxTexts; i++)
        {
            if (input.Texts is null ? input.Ids![i].Length == 0 : TextRules.IsBlank(input.Texts[i]))
            {
                errors.Add(input.PathOf(field, i), input.Texts is null ? "must not be empty" : BlankMessage);
                found++;
            }
        }

        return errors;
    }

    private static string? FormError(TextInput input, TextInputForm form) =>
        form switch
        {
            TextInputForm.StringOrList when input.Ids is not null => "must be a string or a list of strings",
            TextInputForm.List when input.IsSingle || input.Ids is not null => "must be a list of strings",
            TextInputForm.TokenIds when input.Texts is { Count: > 0 } => "must be a list of token ids or a list of such lists",
            _ => null,
        };
}
