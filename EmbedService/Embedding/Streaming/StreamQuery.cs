using EmbedPlatform.ServiceDefaults.Failures;
using Microsoft.AspNetCore.Mvc;

namespace EmbedPlatform.EmbedService.Embedding.Streaming;

/// <summary>What a stream says about all its texts, in the query; the words are those of <see cref="EmbedBody"/>. Streams are always bulk work.</summary>
internal sealed class StreamQuery
{
    /// <summary>The model's name; absent: the default one.</summary>
    [FromQuery(Name = "model")]
    public string? Model { get; init; }

    /// <summary><c>document</c> (the default) or <c>query</c>.</summary>
    [FromQuery(Name = "input_type")]
    public string? InputType { get; init; }

    /// <summary><c>right</c> (the default), <c>left</c>, <c>error</c> or <c>chunk</c>.</summary>
    [FromQuery(Name = "truncate")]
    public string? Truncate { get; init; }

    /// <summary>How many tokens two neighbouring windows share, for <c>chunk</c>.</summary>
    [FromQuery(Name = "chunk_overlap")]
    public string? ChunkOverlap { get; init; }

    /// <summary><c>float</c> (the default), <c>base64</c>, <c>int8</c> or <c>binary</c>.</summary>
    [FromQuery(Name = "encoding")]
    public string? Encoding { get; init; }

    /// <summary>Any of <c>dense</c> (the default), <c>sparse</c> and <c>colbert</c>, separated by commas.</summary>
    [FromQuery(Name = "outputs")]
    public string? Outputs { get; init; }

    /// <summary>The length to which dense vectors are cut.</summary>
    [FromQuery(Name = "dimensions")]
    public string? Dimensions { get; init; }

    /// <summary>The settings of a valid query.</summary>
    /// <param name="errors">Where what is wrong with it is noted.</param>
    public EmbedSettings ToSettings(FieldErrors errors)
    {
        var settings = new EmbedSettings(
            Model, InputType, "bulk", Truncate, Whole(errors, "chunk_overlap", ChunkOverlap), Encoding, Outputs?.Split(','), Whole(errors, "dimensions", Dimensions));
        settings.Validate(errors);
        return settings;
    }

    private static int? Whole(FieldErrors errors, string field, string? text)
    {
        if (text is null)
        {
            return null;
        }

        var isWhole = int.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var number);
        errors.AddIf(!isWhole, field, "must be a whole number");
        return isWhole ? number : null;
    }
}
