using System.Globalization;
using EmbedPlatform.EmbedService.Embedding;
using EmbedPlatform.EmbedService.Http;

namespace EmbedPlatform.EmbedService.Tei;

/// <summary>The headers that TEI tells of its work in; times are whole milliseconds.</summary>
internal static class TeiHeaders
{
    public static void Write(HttpResponse response, Embedded embedded, long characters)
    {
        var headers = response.Headers;
        headers["x-compute-type"] = "cpu";
        headers["x-compute-time"] = Milliseconds(embedded.Elapsed);
        headers["x-compute-characters"] = characters.ToString(CultureInfo.InvariantCulture);
        headers["x-compute-tokens"] = embedded.Tokens.ToString(CultureInfo.InvariantCulture);
        headers["x-total-time"] = Milliseconds(embedded.Elapsed);
        headers["x-tokenization-time"] = Milliseconds(embedded.Timings.Tokenization);
        headers["x-queue-time"] = Milliseconds(embedded.Timings.Queue);
        headers["x-inference-time"] = Milliseconds(embedded.Timings.Inference);
        response.NoteTruncation(embedded);
    }

    private static string Milliseconds(TimeSpan time) => ((long)time.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
}
