using System.Net;
using EmbedPlatform.ServiceDefaults.ApiKeys;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.ServiceDefaults.Cors;

/// <summary>Keeps pages of other origins from calling routes, which CORS alone does not: it only hides the answer.</summary>
public static class ForeignOrigins
{
    /// <summary>
    /// Makes routes answer 403 to a request with an <c>Origin</c> that is neither the service's own nor one of <c>Cors:Origins</c>. Requests without the
    /// header come from no page and are let through.
    /// </summary>
    /// <param name="routes">The routes.</param>
    public static TBuilder RefuseForeignOrigins<TBuilder>(this TBuilder routes)
        where TBuilder : IEndpointConventionBuilder
    {
        routes.Add(endpoint =>
        {
            var next = endpoint.RequestDelegate ?? throw new InvalidOperationException("Only routes with a request delegate can refuse origins.");
            endpoint.RequestDelegate = context => IsForeign(context) ? RefuseAsync(context) : next(context);
        });
        return routes;
    }

    private static Task RefuseAsync(HttpContext context) => TypedResults.Problem(
        $"Pages of {context.Request.Headers.Origin} may not call this service (option {PlatformCorsOptions.SectionName}:{nameof(PlatformCorsOptions.Origins)}).",
        statusCode: StatusCodes.Status403Forbidden).ExecuteAsync(context);

    private static bool IsForeign(HttpContext context)
    {
        var origins = context.Request.Headers.Origin;
        if (origins.Count == 0)
        {
            return false;
        }

        var origin = origins.ToString();
        var allowed = context.RequestServices.GetRequiredService<IOptions<PlatformCorsOptions>>().Value.Origins;
        return !allowed.Contains("*")
            && !allowed.Contains(origin, StringComparer.OrdinalIgnoreCase)
            && !IsOwn(origin, context);
    }

    // A page can make its own name lead here (DNS rebinding) and then has the service's origin; it cannot do so with a number or localhost, and has no key.
    private static bool IsOwn(string origin, HttpContext context)
    {
        var host = context.Request.Host;
        return Uri.TryCreate(origin, UriKind.Absolute, out var page)
            && page.Authority.Equals(host.Value, StringComparison.OrdinalIgnoreCase)
            && (host.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
                || IPAddress.TryParse(host.Host, out _)
                || context.RequestServices.GetRequiredService<KeyRing>().Enforced);
    }
}
