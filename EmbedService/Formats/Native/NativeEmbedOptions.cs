using EmbedPlatform.EmbedService.Embedding;
using EmbedPlatform.EmbedService.Embedding.Input;
using EmbedPlatform.EmbedService.Formats.Shared;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Tokenization;
using EmbedPlatform.ModelServiceDefaults.Wire;
using EmbedPlatform.ServiceDefaults.Http;

namespace EmbedPlatform.EmbedService.Formats.Native;

/// <summary>The options of a request or a stream, with the fields of <see cref="NativeEmbedRequest"/>.</summary>
internal sealed record NativeEmbedOptions(
    string? Model,
    string? InputType,
    string? Priority,
    string? Truncate,
    int? ChunkOverlap,
    string? Encoding,
    IReadOnlyList<string?>? Outputs,
    int? Dimensions
)
{
    private const string Chunk = "chunk";
    private const int OutputCount = 3;

    // Windows are as long as the model takes, so that nothing of them is cut.
    private static readonly EnumField<Truncation> Truncations = new(
        ("right", Truncation.Right),
        ("left", Truncation.Left),
        ("error", Truncation.Error),
        (Chunk, Truncation.Right)
    );

    private static readonly EnumField<VectorEncoding> Encodings = new(
        ("float", VectorEncoding.Float),
        ("base64", VectorEncoding.Base64),
        ("int8", VectorEncoding.Int8),
        ("binary", VectorEncoding.Binary)
    );

    private static readonly EnumField<EmbeddingOutputs> OutputNames = new(
        ("dense", EmbeddingOutputs.Dense),
        ("sparse", EmbeddingOutputs.Sparse),
        ("colbert", EmbeddingOutputs.Colbert)
    );

    public VectorEncoding VectorEncoding => Encodings.Parse(Encoding);

    public EmbeddingOutputs EmbeddingOutputs =>
        Outputs?.Aggregate((EmbeddingOutputs)0, (all, name) => all | OutputNames.Parse(name)) ?? EmbeddingOutputs.Dense;

    public void Validate(FieldErrors errors)
    {
        RequestFields.InputType.Validate(errors, "input_type", InputType);
        RequestFields.Priority.Validate(errors, "priority", Priority);
        Truncations.Validate(errors, "truncate", Truncate);
        Encodings.Validate(errors, "encoding", Encoding);
        errors.AddIf(ChunkOverlap < 0, "chunk_overlap", "must be 0 or more");
        errors.AddIf(ChunkOverlap > 0 && Truncate != Chunk, "chunk_overlap", "requires truncate to be chunk");
        errors.AddIf(Outputs is { Count: 0 }, "outputs", "must not be empty");
        errors.AddIf(Outputs is { Count: > OutputCount }, "outputs", "must hold each of dense, sparse and colbert at most once");
        for (var i = 0; i < Math.Min(Outputs?.Count ?? 0, OutputCount); i++)
        {
            OutputNames.Validate(errors, $"outputs[{i}]", Outputs![i] ?? "");
        }

        errors.AddIf(Dimensions < 1, "dimensions", "must be 1 or more");
    }

    public EmbeddingRequest ToRequest(TextInput input, RequestDeadline deadline) =>
        new(input, "input")
        {
            Model = Model,
            Role = RequestFields.InputType.Parse(InputType),
            Lane = RequestFields.Priority.Parse(Priority),
            Deadline = deadline,
            Truncation = Truncations.Parse(Truncate),
            WindowOverlap = Truncate == Chunk ? ChunkOverlap ?? 0 : null,
            Outputs = EmbeddingOutputs,
            Dimensions = Dimensions,
        };
}
