using EmbedPlatform.EmbedService.Embedding;
using EmbedPlatform.EmbedService.Embedding.Input;
using EmbedPlatform.EmbedService.Formats.Shared;
using EmbedPlatform.ModelServiceDefaults.Wire;
using EmbedPlatform.ServiceDefaults.Http;

namespace EmbedPlatform.EmbedService.Formats.Native;

/// <param name="Input">A string or a list of strings.</param>
/// <param name="Model">The model's name; absent: the default model.</param>
/// <param name="InputType"><c>document</c> (the default) or <c>query</c>.</param>
internal sealed record NativeTokenizeRequest(TextInput? Input = null, string? Model = null, string? InputType = null)
    : IRequestBody<EmbedServiceOptions>
{
    public FieldErrors Validate(EmbedServiceOptions options)
    {
        var errors = new FieldErrors().RequireTexts("input", Input, options.MaxTexts, TextInputForm.StringOrList);
        RequestFields.InputType.Validate(errors, "input_type", InputType);
        return errors;
    }
}

/// <param name="MaxTokens">The most tokens that the model reads of a text, <paramref name="AddedTokens"/> included.</param>
/// <param name="AddedTokens">Special tokens, and tokens of the model's prompt, that an embedding adds to every text.</param>
/// <param name="Data">One entry per text, in order.</param>
internal sealed record NativeTokenizeResponse(
    string Model,
    string Revision,
    int MaxTokens,
    int AddedTokens,
    IReadOnlyList<TokenOffsets> Data
);

/// <param name="Starts">The start of each token in the text, in UTF-16 code units.</param>
internal sealed record TokenOffsets(int[] Starts);
