using EmbedPlatform.EmbedService.Embedding.Input;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.ServiceDefaults.Limits;

namespace EmbedPlatform.EmbedService.Embedding;

/// <summary>What a request of any wire format asks for, once it is valid.</summary>
/// <param name="Input">The texts.</param>
/// <param name="Field">The name of the field that they came in, for what turns out to be wrong with them later.</param>
internal sealed record EmbedWork(TextInput Input, string Field)
{
    /// <summary>The field of the first text, where that stands in one of its own; the others are in <see cref="Field"/>.</summary>
    public string? FirstField { get; init; }

    /// <summary>The path of a text in the body.</summary>
    public string PathOf(int index) => FirstField is null ? Input.PathOf(Field, index) : index == 0 ? FirstField : Input.PathOf(Field, index - 1);

    /// <summary>The model's name; null: the default one.</summary>
    public string? Model { get; init; }

    /// <summary>Whether token ids are taken only beside the name of the model whose they are: clients of the format think of other models than those served here.</summary>
    public bool IdsNeedModel { get; init; }

    /// <summary>What the texts are.</summary>
    public TextRole Role { get; init; } = TextRole.Document;

    /// <summary>The queue.</summary>
    public Lane Lane { get; init; } = Lane.Interactive;

    /// <summary>When the caller stops waiting.</summary>
    public RequestDeadline Deadline { get; init; }

    /// <summary>What happens to a text with more tokens than the model takes.</summary>
    public LongText LongText { get; init; } = LongText.Right;

    /// <summary>How many tokens of a window are in the next one again, for <see cref="LongText.Chunk"/>.</summary>
    public int Overlap { get; init; }

    /// <summary>The forms of the embedding.</summary>
    public EmbeddingOutputs Outputs { get; init; } = EmbeddingOutputs.Dense;

    /// <summary>The length to which dense vectors are cut; null: the whole.</summary>
    public int? Dimensions { get; init; }

    /// <summary>Whether dense vectors have length 1; null: as the model was trained.</summary>
    public bool? Normalize { get; init; }
}

/// <summary>What happens to a text with more tokens than the model takes.</summary>
internal enum LongText
{
    /// <summary>Its end is cut off, and the answer says so.</summary>
    Right,

    /// <summary>Its beginning is cut off, and the answer says so.</summary>
    Left,

    /// <summary>The request is refused.</summary>
    Error,

    /// <summary>It is embedded in several windows.</summary>
    Chunk,
}

/// <summary>The embeddings of one request.</summary>
/// <param name="Model">What embedded them.</param>
/// <param name="Fallback">Why that is another model than the one that was asked for; null where it is the one.</param>
/// <param name="Items">The embeddings: one per text in the order of the texts, or one per window in the order of texts and windows.</param>
/// <param name="Windows">Which window of which text each item is, where <see cref="LongText.Chunk"/> was asked for; else null.</param>
/// <param name="Timings">How long the steps took.</param>
/// <param name="Elapsed">How long it took together.</param>
internal sealed record Embedded(
    LoadedModel Model, string? Fallback, IReadOnlyList<TextEmbedding> Items, IReadOnlyList<WindowPlace>? Windows, WorkTimings Timings, TimeSpan Elapsed)
{
    /// <summary>How many tokens were embedded.</summary>
    public long Tokens => Items.Sum(item => (long)item.Tokens);

    /// <summary>How many texts were cut.</summary>
    public int TruncatedCount => Items.Count(item => item.Truncated);

    /// <summary>The length of the dense vectors.</summary>
    public int Dimension => Items is [{ Vector.Length: > 0 and var length }, ..] ? length : Model.Dimension;

    /// <summary>Milliseconds in the service, waiting included.</summary>
    public double LatencyMs => Math.Round(Elapsed.TotalMilliseconds, 3);
}

/// <summary>A window of a text.</summary>
/// <param name="Text">The position of the text in the request.</param>
/// <param name="Number">Which of the text's windows it is, from 0.</param>
/// <param name="Of">How many windows the text has.</param>
/// <param name="Start">Where it starts in the text, in UTF-16 positions.</param>
/// <param name="End">One past its last character.</param>
internal readonly record struct WindowPlace(int Text, int Number, int Of, int Start, int End);

/// <summary>The model cannot take something of a request that is otherwise well formed.</summary>
/// <param name="field">The path of what is wrong in the body.</param>
/// <param name="message">What is wrong with it.</param>
/// <param name="reason">What kind of wrong it is.</param>
internal sealed class RefusedRequestException(string field, string message, RefusedFor reason) : Exception($"{field}: {message}")
{
    public string Field { get; } = field;

    public string Wrong { get; } = message;

    public RefusedFor Reason { get; } = reason;
}

/// <summary>Why a model cannot take a request. Wire formats have statuses and codes of their own for these.</summary>
internal enum RefusedFor
{
    /// <summary>A text has more tokens than the model takes.</summary>
    Length,

    /// <summary>Something else about the texts: no tokens, an unknown id.</summary>
    Text,

    /// <summary>The model lacks what is asked of it.</summary>
    Ability,

    /// <summary>An option is out of the model's range.</summary>
    Range,
}
