using EmbedPlatform.ServiceDefaults.Failures;

namespace EmbedPlatform.EmbedService.Http;

/// <summary>The words that a field may hold and what they mean; the first is what an absent field means.</summary>
internal sealed class Choices<T>(params (string Word, T Meaning)[] choices)
{
    private readonly string _message = choices.Length == 1
        ? $"must be {choices[0].Word}"
        : $"must be {string.Join(", ", choices[..^1].Select(choice => choice.Word))} or {choices[^1].Word}";

    /// <summary>Names the field where it holds another word.</summary>
    public void Validate(FieldErrors errors, string field, string? word) =>
        errors.AddIf(word is not null && !choices.Any(choice => choice.Word == word), field, _message);

    /// <summary>What a valid word means.</summary>
    public T Of(string? word) => Of(word, choices[0].Meaning);

    /// <summary>What a valid word means.</summary>
    /// <param name="word">The word.</param>
    /// <param name="absent">What none means.</param>
    public T Of(string? word, T absent) => word is null ? absent : choices.First(choice => choice.Word == word).Meaning;
}
