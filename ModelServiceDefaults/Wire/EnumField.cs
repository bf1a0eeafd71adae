using EmbedPlatform.ServiceDefaults.Http;

namespace EmbedPlatform.ModelServiceDefaults.Wire;

/// <summary>A field that holds one of a few words. An absent field means the first.</summary>
/// <typeparam name="T">What the words mean.</typeparam>
public sealed class EnumField<T>(params (string Word, T Meaning)[] choices)
{
    private readonly string _message =
        choices.Length == 1
            ? $"must be {choices[0].Word}"
            : $"must be {string.Join(", ", choices[..^1].Select(choice => choice.Word))} or {choices[^1].Word}";

    public void Validate(FieldErrors errors, string field, string? word) =>
        errors.AddIf(word is not null && !choices.Any(choice => choice.Word == word), field, _message);

    /// <summary>The meaning of a word that <see cref="Validate"/> accepts.</summary>
    public T Parse(string? word) => Parse(word, choices[0].Meaning);

    /// <inheritdoc cref="Parse(string?)"/>
    public T Parse(string? word, T absent) => word is null ? absent : choices.First(choice => choice.Word == word).Meaning;
}
