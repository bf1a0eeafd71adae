using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing.Patterns;

namespace EmbedPlatform.SearchApi.Http;

/// <summary>
/// Reads the values of a route out of the request's target as it was sent. The server decodes a path but for <c>%2F</c>, so that
/// <c>a%2Fb</c>
/// and <c>a%252Fb</c> would be the same; decoded once, each segment is what its sender encoded (RFC 3986, section 2.4).
/// </summary>
internal static class PathValues
{
    /// <summary>Gives routes their values whole.</summary>
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
        // Dot segments are gone from the path that was routed; then it cannot be said which segment is which.
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
        // An absolute target (RFC 9112, section 3.2.2) has scheme and host in front.
        var host = path.IndexOf("://", StringComparison.Ordinal);
        return path.StartsWith('/') || host < 0 ? path : path[Math.Max(path.IndexOf('/', host + 3), 0)..];
    }
}
