using EmbedPlatform.EmbedService.Embedding.Input;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Tokenization;
using EmbedPlatform.ServiceDefaults.Http;

namespace EmbedPlatform.EmbedService.Embedding;

/// <summary>A valid request of any wire format.</summary>
/// <param name="Field">The field that held the texts, for errors that only the model finds.</param>
internal sealed record EmbeddingRequest(TextInput Input, string Field)
{
    /// <summary>The field of the first text, if it has one of its own; the other texts are in <see cref="Field"/>.</summary>
    public string? FirstField { get; init; }

    /// <summary>The path of a text in the body.</summary>
    public string PathOf(int index) =>
        FirstField is null ? Input.PathOf(Field, index)
        : index == 0 ? FirstField
        : Input.PathOf(Field, index - 1);

    /// <summary>The model's name; null for the default model.</summary>
    public string? Model { get; init; }

    /// <summary>
    /// Accepts token ids only with an explicit model: clients of the format usually mean another model than the one served here.
    /// </summary>
    public bool IdsNeedModel { get; init; }

    public TextRole Role { get; init; } = TextRole.Document;

    public Lane Lane { get; init; } = Lane.Interactive;

    public RequestDeadline Deadline { get; init; }

    /// <summary>What happens to a text with more tokens than the model takes, unless it is split into windows.</summary>
    public Truncation Truncation { get; init; } = Truncation.Right;

    /// <summary>Splits long texts into windows that share this many tokens; null: long texts are truncated.</summary>
    public int? WindowOverlap { get; init; }

    public EmbeddingOutputs Outputs { get; init; } = EmbeddingOutputs.Dense;

    /// <summary>Shortens dense vectors to this length; null: full length.</summary>
    public int? Dimensions { get; init; }

    /// <summary>Scales dense vectors to length 1; null: as the model was trained.</summary>
    public bool? Normalize { get; init; }
}
