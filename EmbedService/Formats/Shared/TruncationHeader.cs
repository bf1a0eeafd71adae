using System.Globalization;
using EmbedPlatform.EmbedService.Embedding;

namespace EmbedPlatform.EmbedService.Formats.Shared;

/// <summary>Reports truncated texts in formats without a field for them: truncation is never silent.</summary>
internal static class TruncationHeader
{
    public const string Name = "x-truncated-inputs";

    public static void AddTruncation(this HttpResponse response, EmbeddingResult result)
    {
        if (result.TruncatedCount is > 0 and var count)
        {
            response.Headers[Name] = count.ToString(CultureInfo.InvariantCulture);
        }
    }
}
