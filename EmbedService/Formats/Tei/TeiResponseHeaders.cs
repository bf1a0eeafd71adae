using EmbedPlatform.EmbedService.Embedding;
using EmbedPlatform.EmbedService.Formats.Shared;
using EmbedPlatform.ModelServiceDefaults.Wire;

namespace EmbedPlatform.EmbedService.Formats.Tei;

internal static class TeiResponseHeaders
{
    public static void AddTeiHeaders(this HttpResponse response, EmbeddingRequest request, EmbeddingResult result)
    {
        TeiHeaders.Write(response.Headers, result.Tokens, request.Input.Characters, result.Elapsed, result.Timings);
        response.Headers["x-compute-time"] = TeiHeaders.Milliseconds(result.Elapsed);
        response.AddTruncation(result);
    }
}
