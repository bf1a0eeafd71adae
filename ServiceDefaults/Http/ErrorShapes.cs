using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;

namespace EmbedPlatform.ServiceDefaults.Http;

// Finds the error shape of the requested route, even if routing or the exception handler has replaced the endpoint.
internal sealed class ErrorShapes(EndpointDataSource endpoints)
{
    public ErrorShape? Find(HttpContext context)
    {
        var endpoint = context.GetEndpoint() ?? context.Features.Get<IExceptionHandlerFeature>()?.Endpoint;
        return endpoint is RouteEndpoint or null
            ? endpoint?.Metadata.GetMetadata<ErrorShape>()
            : RequestedRoute(context)?.Metadata.GetMetadata<ErrorShape>();
    }

    // For an unsupported content type, routing selects an endpoint of its own.
    private RouteEndpoint? RequestedRoute(HttpContext context) =>
        endpoints
            .Endpoints.OfType<RouteEndpoint>()
            .FirstOrDefault(route =>
                route
                    .Metadata.GetMetadata<IHttpMethodMetadata>()
                    ?.HttpMethods.Contains(context.Request.Method, StringComparer.OrdinalIgnoreCase) == true
                && route.Metadata.GetMetadata<ErrorShape>() is not null
                && new TemplateMatcher(new RouteTemplate(route.RoutePattern), []).TryMatch(context.Request.Path, [])
            );
}
