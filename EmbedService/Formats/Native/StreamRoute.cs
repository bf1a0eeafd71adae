using EmbedPlatform.EmbedService.Embedding;
using EmbedPlatform.EmbedService.Embedding.Input;
using EmbedPlatform.ServiceDefaults.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.EmbedService.Formats.Native;

/// <summary><c>POST /api/v1/embed</c> with <c>application/x-ndjson</c>: one text a line, without a limit.</summary>
internal static class StreamRoute
{
    public static void MapEmbedStream(this IEndpointRouteBuilder routes) =>
        routes
            .MapPost("/api/v1/embed", StreamAsync)
            .Accepts<StreamLineBody>(NdjsonReader.ContentTypes[0], [.. NdjsonReader.ContentTypes.Skip(1)])
            // EmbedRoute rejects bodies without a content type, and documents this route.
            .WithOrder(1)
            .ExcludeFromDescription();

    private static async Task<IResult> StreamAsync(
        [AsParameters] StreamQuery query,
        RequestDeadline deadline,
        HttpContext http,
        TextEmbedder embedder,
        EmbedStream stream,
        [FromServices] IOptions<LimitsOptions> limits
    )
    {
        var errors = new FieldErrors();
        var options = query.ToOptions(errors);
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        var model = await embedder.CheckAsync(options.ToRequest(TextInput.From([]), deadline), http.RequestAborted);
        LiftBodyLimits(http);
        http.Response.ContentType = NdjsonReader.ContentTypes[0];
        await http.Response.StartAsync(http.RequestAborted);
        var maxLineBytes = (int)Math.Min(limits.Value.MaxBodyBytes, NdjsonReader.LongestLine);
        await stream.RunAsync(
            new StreamSettings(options, deadline, model.Id, maxLineBytes),
            http.Request.BodyReader,
            http.Response.BodyWriter,
            http.RequestAborted
        );
        return TypedResults.Empty;
    }

    // A stream is read piece by piece: its length and its pace are the sender's business.
    private static void LiftBodyLimits(HttpContext http)
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
