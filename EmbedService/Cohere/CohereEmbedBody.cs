using System.Text.Json.Serialization;
using EmbedPlatform.EmbedService.Embedding;
using EmbedPlatform.EmbedService.Embedding.Input;
using EmbedPlatform.EmbedService.Http;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.ServiceDefaults.Failures;
using EmbedPlatform.ServiceDefaults.Limits;

namespace EmbedPlatform.EmbedService.Cohere;

/// <summary>The body of <c>POST /v1/embed</c> and <c>POST /v2/embed</c>. Images are not taken.</summary>
/// <param name="Texts">The texts.</param>
/// <param name="Model">The model's name or an alias.</param>
/// <param name="InputType"><c>search_document</c> (the default), <c>search_query</c>, <c>classification</c> or <c>clustering</c>.</param>
/// <param name="EmbeddingTypes">Any of <c>float</c>, <c>int8</c>, <c>uint8</c>, <c>binary</c>, <c>ubinary</c> and <c>base64</c>.</param>
/// <param name="Truncate"><c>END</c> (the default), <c>START</c>, or <c>NONE</c>: a text that is too long is refused.</param>
/// <param name="OutputDimension">The length to which vectors are cut.</param>
internal sealed record CohereEmbedBody(
    TextInput? Texts = null,
    string? Model = null,
    string? InputType = null,
    IReadOnlyList<string?>? EmbeddingTypes = null,
    string? Truncate = null,
    int? OutputDimension = null) : ICheckedBody
{
    private static readonly Choices<TextRole> Roles = new(
        ("search_document", TextRole.Document),
        ("search_query", TextRole.Query),
        ("classification", TextRole.Document),
        ("clustering", TextRole.Document));

    private static readonly Choices<LongText> LongTexts = new(("END", LongText.Right), ("START", LongText.Left), ("NONE", LongText.Error));

    private static readonly Choices<CohereType> Types = new(
        ("float", CohereType.Float),
        ("int8", CohereType.Int8),
        ("uint8", CohereType.UInt8),
        ("binary", CohereType.Binary),
        ("ubinary", CohereType.UBinary),
        ("base64", CohereType.Base64));

    /// <summary>The types of a valid body; none where it names none.</summary>
    [JsonIgnore]
    public IReadOnlySet<CohereType> WantedTypes => (EmbeddingTypes ?? []).Select(type => Types.Of(type)).ToHashSet();

    /// <inheritdoc/>
    public FieldErrors Validate(int maxTexts)
    {
        const int MostTypes = 6;
        var errors = new FieldErrors().AddIf(Texts is null, "texts", "is required");
        Texts?.ValidateStrings(errors, "texts", maxTexts);
        Roles.Validate(errors, "input_type", InputType);
        LongTexts.Validate(errors, "truncate", Truncate);
        errors.AddIf(EmbeddingTypes is { Count: 0 }, "embedding_types", "must not be empty");
        errors.AddIf(EmbeddingTypes is { Count: > MostTypes }, "embedding_types", "must hold each type at most once");
        for (var i = 0; i < Math.Min(EmbeddingTypes?.Count ?? 0, MostTypes); i++)
        {
            Types.Validate(errors, $"embedding_types[{i}]", EmbeddingTypes![i] ?? "");
        }

        return errors.AddIf(OutputDimension < 1, "output_dimension", "must be 1 or more");
    }

    /// <summary>What a valid body asks for.</summary>
    public EmbedWork ToWork(RequestDeadline deadline) => new(Texts!, "texts")
    {
        Model = Model,
        Role = Roles.Of(InputType),
        Deadline = deadline,
        LongText = LongTexts.Of(Truncate),
        Dimensions = OutputDimension,
    };
}
