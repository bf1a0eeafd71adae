using EmbedPlatform.EmbedService.Embedding;
using EmbedPlatform.EmbedService.Embedding.Input;
using EmbedPlatform.EmbedService.Http;
using EmbedPlatform.ServiceDefaults.Failures;

namespace EmbedPlatform.EmbedService.Tokens;

/// <summary>Texts whose tokens are to be found.</summary>
/// <param name="Input">A string or a list of strings.</param>
/// <param name="Model">The model's name; absent: the default one.</param>
/// <param name="InputType"><c>document</c> (the default) or <c>query</c>.</param>
internal sealed record TokenPlacesBody(TextInput? Input = null, string? Model = null, string? InputType = null) : ICheckedBody
{
    /// <inheritdoc/>
    public FieldErrors Validate(int maxTexts)
    {
        var errors = new FieldErrors().AddIf(Input is null, "input", "is required");
        Input?.Validate(errors, "input", maxTexts);
        errors.AddIf(Input is { Ids: not null }, "input", "must be a string or a list of strings");
        EmbedSettings.Roles.Validate(errors, "input_type", InputType);
        return errors;
    }
}

/// <summary>Where the tokens of texts start.</summary>
/// <param name="Model">The id of the model whose tokens they are.</param>
/// <param name="Revision">What identifies its weights.</param>
/// <param name="MaxTokens">The most tokens that it reads of a text, <paramref name="AddedTokens"/> among them.</param>
/// <param name="AddedTokens">How many special tokens, and tokens of the model's prompt, an embedding puts around a text.</param>
/// <param name="Data">One entry per text, in order.</param>
internal sealed record TokenPlacesAnswer(string Model, string Revision, int MaxTokens, int AddedTokens, IReadOnlyList<TokenPlaces> Data);

/// <summary>The tokens of a text.</summary>
/// <param name="Starts">Where each starts, in UTF-16 positions.</param>
internal sealed record TokenPlaces(int[] Starts);
