using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace EmbedPlatform.ServiceDefaults.Failures;

// JSON between systems is UTF-8 (RFC 8259, section 8.1). Another charset would be transcoded with silent replacements, and an unknown one is an exception.
internal static class Utf8Bodies
{
    public static Task CheckAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.ContentType is { } type && type.Contains("charset", StringComparison.OrdinalIgnoreCase) && !IsUtf8(type))
        {
            throw new BadHttpRequestException(ProblemExceptionHandler.ContentTypeMessage, StatusCodes.Status415UnsupportedMediaType);
        }

        return next(context);
    }

    private static bool IsUtf8(string type) =>
        MediaTypeHeaderValue.TryParse(type, out var media)
        && HeaderUtilities.RemoveQuotes(media.Charset) is { HasValue: true } charset
        && (charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)
            || charset.Equals("utf8", StringComparison.OrdinalIgnoreCase)
            || charset.Equals("us-ascii", StringComparison.OrdinalIgnoreCase));
}
