using System.Text.Json.Serialization;
using EmbedPlatform.EmbedService.Embedding;
using EmbedPlatform.EmbedService.Embedding.Input;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Tokenization;
using EmbedPlatform.ModelServiceDefaults.Wire;
using EmbedPlatform.ServiceDefaults.Http;

namespace EmbedPlatform.EmbedService.Formats.Cohere;

/// <summary>The body of <c>POST /v1/embed</c> and <c>POST /v2/embed</c>, without images.</summary>
/// <param name="Model">The model's name or an alias.</param>
/// <param name="InputType"><c>search_document</c> (the default), <c>search_query</c>, <c>classification</c> or <c>clustering</c>.</param>
/// <param name="EmbeddingTypes">Any of <c>float</c>, <c>int8</c>, <c>uint8</c>, <c>binary</c>, <c>ubinary</c> and <c>base64</c>.</param>
/// <param name="Truncate"><c>END</c> (the default), <c>START</c>, or <c>NONE</c>, which rejects a text that is too long.</param>
/// <param name="OutputDimension">Shortens vectors to this length.</param>
internal sealed record CohereEmbedRequest(
    TextInput? Texts = null,
    string? Model = null,
    string? InputType = null,
    IReadOnlyList<string?>? EmbeddingTypes = null,
    string? Truncate = null,
    int? OutputDimension = null
) : IRequestBody<EmbedServiceOptions>
{
    private const int TypeCount = 6;

    private static readonly EnumField<TextRole> Roles = new(
        ("search_document", TextRole.Document),
        ("search_query", TextRole.Query),
        ("classification", TextRole.Document),
        ("clustering", TextRole.Document)
    );

    private static readonly EnumField<Truncation> Truncations = new(
        ("END", Truncation.Right),
        ("START", Truncation.Left),
        ("NONE", Truncation.Error)
    );

    private static readonly EnumField<CohereType> Types = new(
        ("float", CohereType.Float),
        ("int8", CohereType.Int8),
        ("uint8", CohereType.UInt8),
        ("binary", CohereType.Binary),
        ("ubinary", CohereType.UBinary),
        ("base64", CohereType.Base64)
    );

    [JsonIgnore]
    public IReadOnlySet<CohereType> RequestedTypes => (EmbeddingTypes ?? []).Select(Types.Parse).ToHashSet();

    public FieldErrors Validate(EmbedServiceOptions options)
    {
        var errors = new FieldErrors().RequireTexts("texts", Texts, options.MaxTexts, TextInputForm.List);
        Roles.Validate(errors, "input_type", InputType);
        Truncations.Validate(errors, "truncate", Truncate);
        errors.AddIf(EmbeddingTypes is { Count: 0 }, "embedding_types", "must not be empty");
        errors.AddIf(EmbeddingTypes is { Count: > TypeCount }, "embedding_types", "must hold each type at most once");
        for (var i = 0; i < Math.Min(EmbeddingTypes?.Count ?? 0, TypeCount); i++)
        {
            Types.Validate(errors, $"embedding_types[{i}]", EmbeddingTypes![i] ?? "");
        }

        return errors.AddIf(OutputDimension < 1, "output_dimension", "must be 1 or more");
    }

    public EmbeddingRequest ToRequest(RequestDeadline deadline) =>
        new(Texts!, "texts")
        {
            Model = Model,
            Role = Roles.Parse(InputType),
            Deadline = deadline,
            Truncation = Truncations.Parse(Truncate),
            Dimensions = OutputDimension,
        };
}
