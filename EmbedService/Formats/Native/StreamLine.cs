using System.Buffers;
using System.Text.Json;
using EmbedPlatform.EmbedService.Embedding.Input;
using EmbedPlatform.ServiceDefaults.Http;

namespace EmbedPlatform.EmbedService.Formats.Native;

/// <summary>A line of a stream: <c>{"input": text or token ids, "id"?: anything}</c>, or a text as a JSON string.</summary>
/// <param name="Id">Repeated in the answer.</param>
internal sealed record StreamLineBody(TextInput? Input = null, JsonElement? Id = null);

/// <summary>A parsed line.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Input">The text; null for an invalid line.</param>
/// <param name="Problem">What is wrong; null for a valid line.</param>
internal sealed record StreamLine(long Number, JsonElement? Id, TextInput? Input, StreamLineProblem? Problem)
{
    /// <param name="number">From 1.</param>
    /// <param name="json">The line; null if it was longer than <paramref name="maxBytes"/>.</param>
    /// <param name="maxBytes">The most bytes of a line.</param>
    public static StreamLine Parse(long number, ReadOnlySequence<byte>? json, int maxBytes)
    {
        if (json is not { } bytes)
        {
            return Invalid(number, $"must not be longer than {maxBytes} bytes");
        }

        try
        {
            var reader = new Utf8JsonReader(bytes);
            reader.Read();
            var body =
                reader.TokenType == JsonTokenType.String
                    ? new StreamLineBody(JsonSerializer.Deserialize(ref reader, NativeJson.Default.TextInput))
                    : JsonSerializer.Deserialize(ref reader, NativeJson.Default.StreamLineBody) ?? new StreamLineBody();
            return reader.Read() ? Invalid(number, "must be one JSON value") : Validated(number, body);
        }
        catch (JsonException)
        {
            return Invalid(number, "must be {\"input\": text or token ids} or a JSON string");
        }
    }

    private static StreamLine Invalid(long number, string message) => new(number, null, null, new StreamLineProblem("line", message));

    private static StreamLine Validated(long number, StreamLineBody body)
    {
        var errors = new FieldErrors().RequireTexts("input", body.Input, int.MaxValue);
        errors.AddIf(!errors.Any && !body.Input!.IsSingle, "input", "must be one text, or the token ids of one");
        return errors.Any
            ? new StreamLine(number, body.Id, null, StreamLineProblem.From(errors))
            : new StreamLine(number, body.Id, body.Input, null);
    }
}

/// <param name="Field">The invalid field, or <c>line</c>.</param>
internal sealed record StreamLineProblem(string Field, string Message)
{
    public static StreamLineProblem From(FieldErrors errors)
    {
        var first = errors.ToProblem().ProblemDetails.Errors.First();
        return new StreamLineProblem(first.Key, first.Value[0]);
    }
}

/// <summary>The answer to an invalid line.</summary>
internal sealed record StreamLineError(long Line, JsonElement? Id, StreamLineProblem Error);

/// <summary>The last line of an answer. Without it, the stream was cut off.</summary>
/// <param name="Done">Whether every line was answered.</param>
/// <param name="Error">Why the rest was given up.</param>
internal sealed record StreamEnd(bool Done, long Lines, long Embedded, long Failed, long Tokens, string Model, string? Error);
