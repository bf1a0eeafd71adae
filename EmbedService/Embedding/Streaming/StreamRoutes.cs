using EmbedPlatform.EmbedService.Embedding.Input;
using EmbedPlatform.ServiceDefaults.Failures;
using EmbedPlatform.ServiceDefaults.Limits;
using EmbedPlatform.ServiceDefaults.Streams;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.EmbedService.Embedding.Streaming;

/// <summary><c>POST /api/v1/embed</c> with <c>application/x-ndjson</c>: one text a line, any number of them.</summary>
internal static class StreamRoutes
{
    public static void MapEmbedStream(this IEndpointRouteBuilder routes) => routes
        .MapPost("/api/v1/embed", StreamAsync)
        .Accepts<StreamBody>(NdjsonReader.ContentTypes[0], [.. NdjsonReader.ContentTypes.Skip(1)])
        // A body without a content type is the other route's to refuse, and a document has room for one operation of a path: it tells of both.
        .WithOrder(1)
        .ExcludeFromDescription();

    private static async Task<IResult> StreamAsync(
        [AsParameters] StreamQuery query,
        RequestDeadline deadline,
        HttpContext http,
        TextEmbedder embedder,
        EmbedStream stream,
        [FromServices] IOptions<LimitsOptions> limits)
    {
        var errors = new FieldErrors();
        var settings = query.ToSettings(errors);
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        var model = await embedder.CheckAsync(settings.ToWork(TextInput.Of([]), deadline), http.RequestAborted);
        Unbound(http);
        http.Response.ContentType = NdjsonReader.ContentTypes[0];
        await http.Response.StartAsync(http.RequestAborted);
        var longest = (int)Math.Min(limits.Value.MaxBodyBytes, NdjsonReader.LongestLine);
        await stream.RunAsync(
            new StreamRun(settings, deadline, model.Id, longest), http.Request.BodyReader, http.Response.BodyWriter, http.RequestAborted);
        return TypedResults.Empty;
    }

    // A stream is as long as it is, and as slow as its source: the service reads a part of it at a time.
    private static void Unbound(HttpContext http)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = null;
        }

        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }
    }
}
