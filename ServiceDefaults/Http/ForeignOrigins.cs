using System.Net;
using EmbedPlatform.ServiceDefaults.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.ServiceDefaults.Http;

/// <summary>Blocks requests from pages of other origins. CORS alone only hides the answer from them.</summary>
public static class ForeignOrigins
{
    /// <summary>
    /// Answers 403 to a request whose <c>Origin</c> is neither the service's own nor one of <c>Cors:Origins</c>. Requests without the
    /// header do not come from a page and pass.
    /// </summary>
    public static TBuilder RefuseForeignOrigins<TBuilder>(this TBuilder routes)
        where TBuilder : IEndpointConventionBuilder
    {
        routes.Add(endpoint =>
        {
            var next =
                endpoint.RequestDelegate ?? throw new InvalidOperationException("Only routes with a request delegate can refuse origins.");
            endpoint.RequestDelegate = context => IsForeign(context) ? RefuseAsync(context) : next(context);
        });
        return routes;
    }

    private static Task RefuseAsync(HttpContext context) =>
        TypedResults
            .Problem(
                $"Pages from {context.Request.Headers.Origin} are not allowed to call this service "
                    + $"(option {PlatformCorsOptions.SectionName}:{nameof(PlatformCorsOptions.Origins)}).",
                statusCode: StatusCodes.Status403Forbidden
            )
            .ExecuteAsync(context);

    private static bool IsForeign(HttpContext context)
    {
        var origins = context.Request.Headers.Origin;
        if (origins.Count == 0)
        {
            return false;
        }

        var origin = origins.ToString();
        var allowed = context.RequestServices.GetRequiredService<IOptions<PlatformCorsOptions>>().Value.Origins;
        return !allowed.Contains("*") && !allowed.Contains(origin, StringComparer.OrdinalIgnoreCase) && !IsOwn(origin, context);
    }

    // By DNS rebinding, a page's own host name can resolve to this service. It cannot do that with an IP address or localhost, and it has
    // no API key.
    private static bool IsOwn(string origin, HttpContext context)
    {
        var host = context.Request.Host;
        return Uri.TryCreate(origin, UriKind.Absolute, out var page)
            && page.Authority.Equals(host.Value, StringComparison.OrdinalIgnoreCase)
            && (
                host.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
                || IPAddress.TryParse(host.Host, out _)
                || context.RequestServices.GetRequiredService<KeyRing>().Enforced
            );
    }
}
