using System.Text.Json.Serialization;
using EmbedPlatform.EmbedService.Embedding.Input;
using EmbedPlatform.EmbedService.Http;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.ServiceDefaults.Failures;
using EmbedPlatform.ServiceDefaults.Limits;

namespace EmbedPlatform.EmbedService.Embedding;

/// <summary>Texts to embed.</summary>
/// <param name="Input">A string, a list of strings, a list of token ids, or a list of those.</param>
/// <param name="Model">The model's name; absent: the default one.</param>
/// <param name="InputType"><c>document</c> (the default) or <c>query</c>.</param>
/// <param name="Priority"><c>interactive</c> (the default; somebody waits) or <c>bulk</c> (indexing).</param>
/// <param name="Truncate">What happens to a text with more tokens than the model takes: <c>right</c> (the default), <c>left</c>, <c>error</c> or <c>chunk</c>.</param>
/// <param name="ChunkOverlap">How many tokens two neighbouring windows share, for <c>chunk</c>; 0 by default.</param>
/// <param name="Encoding">How dense vectors are written: <c>float</c> (the default), <c>base64</c>, <c>int8</c> or <c>binary</c>.</param>
/// <param name="Outputs">Any of <c>dense</c> (the default), <c>sparse</c> and <c>colbert</c>.</param>
/// <param name="Dimensions">The length to which dense vectors are cut; absent: the whole.</param>
internal sealed record EmbedBody(
    TextInput? Input = null,
    string? Model = null,
    string? InputType = null,
    string? Priority = null,
    string? Truncate = null,
    int? ChunkOverlap = null,
    string? Encoding = null,
    IReadOnlyList<string?>? Outputs = null,
    int? Dimensions = null) : ICheckedBody
{
    /// <inheritdoc/>
    public FieldErrors Validate(int maxTexts)
    {
        var errors = new FieldErrors().AddIf(Input is null, "input", "is required");
        Input?.Validate(errors, "input", maxTexts);
        Settings.Validate(errors);
        return errors;
    }

    /// <summary>What a valid body asks for.</summary>
    public EmbedWork ToWork(RequestDeadline deadline) => Settings.ToWork(Input!, deadline);

    /// <summary>What it says beside the texts.</summary>
    [JsonIgnore]
    public EmbedSettings Settings { get; } =
        new(Model, InputType, Priority, Truncate, ChunkOverlap, Encoding, Outputs, Dimensions);
}

/// <summary>What a request or a stream says about its texts; the words are those of <see cref="EmbedBody"/>.</summary>
internal sealed record EmbedSettings(
    string? Model,
    string? InputType,
    string? Priority,
    string? Truncate,
    int? ChunkOverlap,
    string? Encoding,
    IReadOnlyList<string?>? Outputs,
    int? Dimensions)
{
    public static readonly Choices<TextRole> Roles = new(("document", TextRole.Document), ("query", TextRole.Query));
    public static readonly Choices<Lane> Lanes = new(("interactive", Lane.Interactive), ("bulk", Lane.Bulk));
    private static readonly Choices<LongText> LongTexts =
        new(("right", LongText.Right), ("left", LongText.Left), ("error", LongText.Error), ("chunk", LongText.Chunk));

    private static readonly Choices<VectorEncoding> Encodings = new(
        ("float", VectorEncoding.Float), ("base64", VectorEncoding.Base64), ("int8", VectorEncoding.Int8), ("binary", VectorEncoding.Binary));

    private static readonly Choices<EmbeddingOutputs> FormWords = new(
        ("dense", EmbeddingOutputs.Dense), ("sparse", EmbeddingOutputs.Sparse), ("colbert", EmbeddingOutputs.Colbert));

    public VectorEncoding VectorEncoding => Encodings.Of(Encoding);

    public void Validate(FieldErrors errors)
    {
        Roles.Validate(errors, "input_type", InputType);
        Lanes.Validate(errors, "priority", Priority);
        LongTexts.Validate(errors, "truncate", Truncate);
        Encodings.Validate(errors, "encoding", Encoding);
        errors.AddIf(ChunkOverlap < 0, "chunk_overlap", "must be 0 or more");
        errors.AddIf(ChunkOverlap > 0 && Truncate != "chunk", "chunk_overlap", "is for truncate chunk only");
        errors.AddIf(Outputs is { Count: 0 }, "outputs", "must not be empty");
        errors.AddIf(Outputs is { Count: > 3 }, "outputs", "must hold each of dense, sparse and colbert at most once");
        for (var i = 0; i < Math.Min(Outputs?.Count ?? 0, 3); i++)
        {
            FormWords.Validate(errors, $"outputs[{i}]", Outputs![i] ?? "");
        }

        errors.AddIf(Dimensions < 1, "dimensions", "must be 1 or more");
    }

    /// <summary>The forms that valid settings ask for.</summary>
    public EmbeddingOutputs Forms() => Outputs?.Aggregate((EmbeddingOutputs)0, (all, form) => all | FormWords.Of(form)) ?? EmbeddingOutputs.Dense;

    public EmbedWork ToWork(TextInput input, RequestDeadline deadline) => new(input, "input")
    {
        Model = Model,
        Role = Roles.Of(InputType),
        Lane = Lanes.Of(Priority),
        Deadline = deadline,
        LongText = LongTexts.Of(Truncate),
        Overlap = ChunkOverlap ?? 0,
        Outputs = Forms(),
        Dimensions = Dimensions,
    };
}
