using System.Text.Json.Serialization;
using EmbedPlatform.EmbedService.Embedding;
using EmbedPlatform.EmbedService.Embedding.Input;
using EmbedPlatform.ModelServiceDefaults.Wire;
using EmbedPlatform.ServiceDefaults.Http;

namespace EmbedPlatform.EmbedService.Formats.Native;

/// <param name="Input">A string, a list of strings, a list of token ids, or a list of those.</param>
/// <param name="Model">The model's name; absent: the default model.</param>
/// <param name="InputType"><c>document</c> (the default) or <c>query</c>.</param>
/// <param name="Priority"><c>interactive</c> (the default) or <c>bulk</c>.</param>
/// <param name="Truncate">
/// For a text that is too long for the model: <c>right</c> (the default), <c>left</c>, <c>error</c> or <c>chunk</c>.
/// </param>
/// <param name="ChunkOverlap">With <c>chunk</c>: the tokens that two neighbouring windows share; default 0.</param>
/// <param name="Encoding">The encoding of dense vectors: <c>float</c> (the default), <c>base64</c>, <c>int8</c> or <c>binary</c>.</param>
/// <param name="Outputs">Any of <c>dense</c> (the default), <c>sparse</c> and <c>colbert</c>.</param>
/// <param name="Dimensions">Shortens dense vectors to this length.</param>
internal sealed record NativeEmbedRequest(
    TextInput? Input = null,
    string? Model = null,
    string? InputType = null,
    string? Priority = null,
    string? Truncate = null,
    int? ChunkOverlap = null,
    string? Encoding = null,
    IReadOnlyList<string?>? Outputs = null,
    int? Dimensions = null
) : IRequestBody<EmbedServiceOptions>
{
    /// <summary>Everything but the texts.</summary>
    [JsonIgnore]
    public NativeEmbedOptions Options { get; } = new(Model, InputType, Priority, Truncate, ChunkOverlap, Encoding, Outputs, Dimensions);

    public FieldErrors Validate(EmbedServiceOptions options)
    {
        var errors = new FieldErrors().RequireTexts("input", Input, options.MaxTexts);
        Options.Validate(errors);
        return errors;
    }

    public EmbeddingRequest ToRequest(RequestDeadline deadline) => Options.ToRequest(Input!, deadline);
}
