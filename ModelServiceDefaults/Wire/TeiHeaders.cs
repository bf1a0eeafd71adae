using System.Globalization;
using EmbedPlatform.Inference.Execution;
using Microsoft.AspNetCore.Http;

namespace EmbedPlatform.ModelServiceDefaults.Wire;

/// <summary>The headers in which text-embeddings-inference reports its work. Times are whole milliseconds.</summary>
public static class TeiHeaders
{
    public static void Write(IHeaderDictionary headers, long tokens, long characters, TimeSpan elapsed, RequestTimings timings)
    {
        headers["x-compute-type"] = "cpu";
        headers["x-compute-tokens"] = Number(tokens);
        headers["x-compute-characters"] = Number(characters);
        headers["x-total-time"] = Milliseconds(elapsed);
        headers["x-tokenization-time"] = Milliseconds(timings.Tokenization);
        headers["x-queue-time"] = Milliseconds(timings.Queue);
        headers["x-inference-time"] = Milliseconds(timings.Inference);
    }

    public static string Milliseconds(TimeSpan time) => Number((long)time.TotalMilliseconds);

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
