using System.Globalization;
using EmbedPlatform.EmbedService.Embedding;

namespace EmbedPlatform.EmbedService.Http;

/// <summary>Formats that have no field for it say in a header that texts were cut: never silently.</summary>
internal static class TruncationHeader
{
    public const string Name = "x-truncated-inputs";

    /// <summary>Writes how many texts were cut, where any were.</summary>
    public static void NoteTruncation(this HttpResponse response, Embedded embedded)
    {
        if (embedded.TruncatedCount is > 0 and var count)
        {
            response.Headers[Name] = count.ToString(CultureInfo.InvariantCulture);
        }
    }
}
