using System.Globalization;
using EmbedPlatform.ServiceDefaults.Http;
using Microsoft.AspNetCore.Mvc;

namespace EmbedPlatform.EmbedService.Formats.Native;

/// <summary>The options of a stream, in the query string, with the names of <see cref="NativeEmbedRequest"/>'s fields.</summary>
internal sealed class StreamQuery
{
    [FromQuery(Name = "model")]
    public string? Model { get; init; }

    [FromQuery(Name = "input_type")]
    public string? InputType { get; init; }

    [FromQuery(Name = "truncate")]
    public string? Truncate { get; init; }

    [FromQuery(Name = "chunk_overlap")]
    public string? ChunkOverlap { get; init; }

    [FromQuery(Name = "encoding")]
    public string? Encoding { get; init; }

    /// <summary>Separated by commas.</summary>
    [FromQuery(Name = "outputs")]
    public string? Outputs { get; init; }

    [FromQuery(Name = "dimensions")]
    public string? Dimensions { get; init; }

    public NativeEmbedOptions ToOptions(FieldErrors errors)
    {
        var options = new NativeEmbedOptions(
            Model,
            InputType,
            "bulk",
            Truncate,
            Integer(errors, "chunk_overlap", ChunkOverlap),
            Encoding,
            Outputs?.Split(','),
            Integer(errors, "dimensions", Dimensions)
        );
        options.Validate(errors);
        return options;
    }

    private static int? Integer(FieldErrors errors, string field, string? text)
    {
        if (text is null)
        {
            return null;
        }

        var isInteger = int.TryParse(text, CultureInfo.InvariantCulture, out var number);
        errors.AddIf(!isInteger, field, "must be a whole number");
        return isInteger ? number : null;
    }
}
