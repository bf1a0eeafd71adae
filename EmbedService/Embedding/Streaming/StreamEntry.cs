using System.Buffers;
using System.Text.Json;
using EmbedPlatform.EmbedService.Embedding.Input;
using EmbedPlatform.EmbedService.Http;
using EmbedPlatform.ServiceDefaults.Failures;

namespace EmbedPlatform.EmbedService.Embedding.Streaming;

/// <summary>A line of a stream: <c>{"input": text or token ids, "id"?: anything}</c>, or a text alone as a JSON string.</summary>
/// <param name="Input">The text.</param>
/// <param name="Id">What the answer repeats.</param>
internal sealed record StreamBody(TextInput? Input = null, JsonElement? Id = null);

/// <summary>A line of a stream once it is read.</summary>
/// <param name="Line">Its number, from 1.</param>
/// <param name="Id">What it calls itself.</param>
/// <param name="Input">Its text; null where it cannot be embedded.</param>
/// <param name="Problem">Why it cannot; null where it can.</param>
internal sealed record StreamEntry(long Line, JsonElement? Id, TextInput? Input, StreamProblem? Problem)
{
    /// <param name="line">Its number.</param>
    /// <param name="json">The line; null where it is longer than it may be.</param>
    /// <param name="longest">The most bytes of a line.</param>
    public static StreamEntry Read(long line, ReadOnlySequence<byte>? json, int longest)
    {
        if (json is not { } bytes)
        {
            return new StreamEntry(line, null, null, new StreamProblem("line", $"must not be longer than {longest} bytes"));
        }

        try
        {
            var reader = new Utf8JsonReader(bytes);
            reader.Read();
            var body = reader.TokenType == JsonTokenType.String
                ? new StreamBody(JsonSerializer.Deserialize(ref reader, EmbedJson.Default.TextInput))
                : JsonSerializer.Deserialize(ref reader, EmbedJson.Default.StreamBody) ?? new StreamBody();
            return reader.Read()
                ? new StreamEntry(line, null, null, new StreamProblem("line", "must be one JSON value"))
                : Checked(line, body);
        }
        catch (JsonException)
        {
            return new StreamEntry(line, null, null, new StreamProblem("line", "is not {\"input\": text or token ids} or a JSON string"));
        }
    }

    private static StreamEntry Checked(long line, StreamBody body)
    {
        if (body.Input is not { } input)
        {
            return new StreamEntry(line, body.Id, null, new StreamProblem("input", "is required"));
        }

        var errors = new FieldErrors();
        input.Validate(errors, "input", int.MaxValue);
        errors.AddIf(!errors.Any && !input.IsSingle, "input", "must be one text, or the token ids of one");
        return errors.Any
            ? new StreamEntry(line, body.Id, null, StreamProblem.Of(errors))
            : new StreamEntry(line, body.Id, input, null);
    }
}

/// <summary>Why a line of a stream has no embedding.</summary>
/// <param name="Field">What is wrong: a field, or <c>line</c>.</param>
/// <param name="Message">What is wrong with it.</param>
internal sealed record StreamProblem(string Field, string Message)
{
    public static StreamProblem Of(FieldErrors errors)
    {
        var first = errors.ToProblem().ProblemDetails.Errors.First();
        return new StreamProblem(first.Key, first.Value[0]);
    }
}

/// <summary>The answer to a line that has no embedding.</summary>
/// <param name="Line">The line, from 1.</param>
/// <param name="Id">What it calls itself.</param>
/// <param name="Error">Why.</param>
internal sealed record StreamFailure(long Line, JsonElement? Id, StreamProblem Error);

/// <summary>The last line of an answer; without it the stream broke off.</summary>
/// <param name="Done">Whether every line was answered; false where the rest was given up.</param>
/// <param name="Lines">How many lines were read.</param>
/// <param name="Embedded">How many of them have embeddings.</param>
/// <param name="Failed">How many have none.</param>
/// <param name="Tokens">How many tokens were embedded.</param>
/// <param name="Model">The model that embedded them.</param>
/// <param name="Error">Why the rest was given up.</param>
internal sealed record StreamEnd(bool Done, long Lines, long Embedded, long Failed, long Tokens, string Model, string? Error);
