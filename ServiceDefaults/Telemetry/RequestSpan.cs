using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace EmbedPlatform.ServiceDefaults.Telemetry;

/// <summary>
/// Completes the span of a request as OpenTelemetry's semantic conventions for HTTP servers want it, and as the instrumentation package would: named
/// after method and route, with the status that was answered. ASP.NET Core 10 itself says only what was asked.
/// </summary>
internal static class RequestSpan
{
    public static void UseRequestSpans(this WebApplication app) => app.Use(async (context, next) =>
    {
        if (context.Features.Get<IHttpActivityFeature>()?.Activity is not { IsAllDataRequested: true } span)
        {
            await next(context);
            return;
        }

        // Only now: who handles an exception forgets the route.
        var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
        span.DisplayName = route is null ? context.Request.Method : $"{context.Request.Method} {route}";
        if (route is not null)
        {
            span.SetTag("http.route", route);
        }

        await next(context);
        var status = context.Response.StatusCode;
        span.SetTag("http.response.status_code", status);
        if (status >= 500)
        {
            span.SetTag("error.type", status.ToString(System.Globalization.CultureInfo.InvariantCulture)).SetStatus(ActivityStatusCode.Error);
        }
    });
}
