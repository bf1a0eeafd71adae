using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace EmbedPlatform.ServiceDefaults.Http;

// JSON between systems is UTF-8 (RFC 8259, section 8.1). The framework transcodes other charsets with silent replacements, and throws on
// unknown ones.
internal static class Utf8Bodies
{
    public static Task CheckAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.ContentType is { } type && type.Contains("charset", StringComparison.OrdinalIgnoreCase))
        {
            // The framework accepts only this spelling, without quotes.
            context.Request.ContentType = Utf8(type) is { } media
                ? media
                : throw new BadHttpRequestException(ProblemExceptionHandler.ContentTypeMessage, StatusCodes.Status415UnsupportedMediaType);
        }

        return next(context);
    }

    private static string? Utf8(string type)
    {
        if (
            !MediaTypeHeaderValue.TryParse(type, out var media)
            || HeaderUtilities.RemoveQuotes(media.Charset) is not { HasValue: true } charset
        )
        {
            return null;
        }

        if (
            !charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)
            && !charset.Equals("utf8", StringComparison.OrdinalIgnoreCase)
            && !charset.Equals("us-ascii", StringComparison.OrdinalIgnoreCase)
        )
        {
            return null;
        }

        media.Charset = "utf-8";
        return media.ToString();
    }
}
