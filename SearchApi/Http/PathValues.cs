using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing.Patterns;

namespace EmbedPlatform.SearchApi.Http;

/// <summary>
/// Reads route values from the raw request target. The server decodes the path except for <c>%2F</c>, which would make
/// <c>a%2Fb</c> and <c>a%252Fb</c> equal; decoding each raw segment once restores the sender's value (RFC 3986, section 2.4).
/// </summary>
internal static class PathValues
{
    public static IApplicationBuilder UseWholePathValues(this IApplicationBuilder app) =>
        app.Use(
            (http, next) =>
            {
                if (
                    http.GetEndpoint() is RouteEndpoint route
                    && http.Features.Get<IHttpRequestFeature>()?.RawTarget is { } target
                    && target.Contains('%', StringComparison.Ordinal)
                )
                {
                    Replace(http.Request.RouteValues, route.RoutePattern.PathSegments, PathOf(target));
                }

                return next(http);
            }
        );

    private static void Replace(RouteValueDictionary values, IReadOnlyList<RoutePatternPathSegment> pattern, string path)
    {
        var sent = path.TrimStart('/').Split('/');
        // The routed path has no dot segments, so segments of the raw path could not be matched to it.
        if (sent.Length < pattern.Count || sent.Any(segment => segment is "." or ".."))
        {
            return;
        }

        for (var i = 0; i < pattern.Count; i++)
        {
            if (pattern[i] is { IsSimple: true, Parts: [RoutePatternParameterPart { IsCatchAll: false } parameter] })
            {
                values[parameter.Name] = Uri.UnescapeDataString(sent[i]);
            }
        }
    }

    private static string PathOf(string target)
    {
        var query = target.IndexOf('?', StringComparison.Ordinal);
        var path = query < 0 ? target : target[..query];
        // An absolute-form target (RFC 9112, section 3.2.2) starts with scheme and host.
        var host = path.IndexOf("://", StringComparison.Ordinal);
        return path.StartsWith('/') || host < 0 ? path : path[Math.Max(path.IndexOf('/', host + 3), 0)..];
    }
}
