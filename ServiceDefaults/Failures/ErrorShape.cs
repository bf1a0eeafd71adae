using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Mvc;

namespace EmbedPlatform.ServiceDefaults.Failures;

/// <summary>
/// How the routes of a wire format say that a request failed. Without one, routes answer problem+json (RFC 9457). The headers, <c>Retry-After</c>
/// among them, are the same in every shape.
/// </summary>
public abstract class ErrorShape
{
    /// <summary>The status that clients of this format expect for a problem; the problem's own unless overridden.</summary>
    /// <param name="problem">What went wrong; <c>Extensions["errors"]</c> or <see cref="Microsoft.AspNetCore.Http.HttpValidationProblemDetails.Errors"/> name the wrong fields.</param>
    public virtual int Status(ProblemDetails problem) => problem.Status ?? 500;

    /// <summary>The body, to be serialised with the platform's JSON options.</summary>
    /// <param name="problem">What went wrong.</param>
    public abstract object Body(ProblemDetails problem);
}

/// <summary>Chooses the error shape of routes.</summary>
public static class ErrorShapeExtensions
{
    /// <summary>Makes routes tell failures in a wire format's own words, whichever part of the service they come from.</summary>
    /// <param name="routes">The routes.</param>
    /// <param name="shape">The shape.</param>
    public static TBuilder WithErrorShape<TBuilder>(this TBuilder routes, ErrorShape shape)
        where TBuilder : IEndpointConventionBuilder
    {
        routes.Add(endpoint => endpoint.Metadata.Add(shape));
        return routes;
    }
}
