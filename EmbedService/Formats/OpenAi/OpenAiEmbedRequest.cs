using System.Text.Json.Serialization;
using EmbedPlatform.EmbedService.Embedding;
using EmbedPlatform.EmbedService.Embedding.Input;
using EmbedPlatform.EmbedService.Formats.Shared;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Tokenization;
using EmbedPlatform.ModelServiceDefaults.Wire;
using EmbedPlatform.ServiceDefaults.Http;

namespace EmbedPlatform.EmbedService.Formats.OpenAi;

/// <summary>The body of <c>POST /v1/embeddings</c>. <c>input_type</c>, <c>truncate</c> and <c>priority</c> are extensions.</summary>
/// <param name="Input">
/// A string, a list of strings, a list of token ids of the named model (one of OpenAI's or a served one), or a list of those.
/// </param>
/// <param name="Model">The model's name or an alias.</param>
/// <param name="Dimensions">Shortens vectors to this length.</param>
/// <param name="EncodingFormat"><c>float</c> (the default) or <c>base64</c>.</param>
/// <param name="User">Ignored, as it has no effect on embeddings.</param>
/// <param name="InputType"><c>document</c> (the default) or <c>query</c>.</param>
/// <param name="Truncate"><c>right</c> (the default), <c>left</c>, or <c>error</c>, which is OpenAI's behaviour.</param>
/// <param name="Priority"><c>interactive</c> (the default) or <c>bulk</c>.</param>
internal sealed record OpenAiEmbedRequest(
    TextInput? Input = null,
    string? Model = null,
    int? Dimensions = null,
    string? EncodingFormat = null,
    string? User = null,
    string? InputType = null,
    string? Truncate = null,
    string? Priority = null
) : IRequestBody<EmbedServiceOptions>
{
    private static readonly EnumField<VectorEncoding> Encodings = new(("float", VectorEncoding.Float), ("base64", VectorEncoding.Base64));

    private static readonly EnumField<Truncation> Truncations = new(
        ("right", Truncation.Right),
        ("left", Truncation.Left),
        ("error", Truncation.Error)
    );

    [JsonIgnore]
    public VectorEncoding VectorEncoding => Encodings.Parse(EncodingFormat);

    public FieldErrors Validate(EmbedServiceOptions options)
    {
        var errors = new FieldErrors().RequireTexts("input", Input, options.MaxTexts);
        Encodings.Validate(errors, "encoding_format", EncodingFormat);
        RequestFields.InputType.Validate(errors, "input_type", InputType);
        RequestFields.Priority.Validate(errors, "priority", Priority);
        Truncations.Validate(errors, "truncate", Truncate);
        return errors.AddIf(Dimensions < 1, "dimensions", "must be 1 or more");
    }

    public EmbeddingRequest ToRequest(RequestDeadline deadline) =>
        new(Input!, "input")
        {
            Model = Model,
            IdsNeedModel = true,
            Role = RequestFields.InputType.Parse(InputType),
            Lane = RequestFields.Priority.Parse(Priority),
            Deadline = deadline,
            Truncation = Truncations.Parse(Truncate),
            Dimensions = Dimensions,
            Normalize = true,
        };
}
