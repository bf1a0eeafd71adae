using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;

namespace EmbedPlatform.ServiceDefaults.Failures;

// Which error shape a request's failure takes: that of the route it was meant for, also where routing or the exception handler put another in its place.
internal sealed class ErrorShapes(EndpointDataSource endpoints)
{
    public ErrorShape? Of(HttpContext context)
    {
        var endpoint = context.GetEndpoint() ?? context.Features.Get<IExceptionHandlerFeature>()?.Endpoint;
        return endpoint is RouteEndpoint or null
            ? endpoint?.Metadata.GetMetadata<ErrorShape>()
            : MeantRoute(context)?.Metadata.GetMetadata<ErrorShape>();
    }

    // Routing answers a content type that no route takes by an endpoint of its own, which knows nothing of the route.
    private RouteEndpoint? MeantRoute(HttpContext context) => endpoints.Endpoints.OfType<RouteEndpoint>().FirstOrDefault(route =>
        route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains(context.Request.Method, StringComparer.OrdinalIgnoreCase) == true
        && route.Metadata.GetMetadata<ErrorShape>() is not null
        && new TemplateMatcher(new RouteTemplate(route.RoutePattern), []).TryMatch(context.Request.Path, []));
}
