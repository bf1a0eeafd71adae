using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Mvc;

namespace EmbedPlatform.ServiceDefaults.Http;

/// <summary>
/// The error format of a wire format's routes. Routes without one answer problem+json (RFC 9457). Headers, such as <c>Retry-After</c>, are
/// the same in every shape.
/// </summary>
public abstract class ErrorShape
{
    /// <summary>
    /// The status that clients of this format expect; the problem's own unless overridden. <see cref="Problems.ErrorsOf"/> names invalid
    /// fields.
    /// </summary>
    public virtual int Status(ProblemDetails problem) => problem.Status ?? 500;

    /// <summary>The body, serialised with the platform's JSON options.</summary>
    public abstract object Body(ProblemDetails problem);
}

public static class ErrorShapeExtensions
{
    /// <summary>Applies to every error of these routes, whichever part of the service reports it.</summary>
    public static TBuilder WithErrorShape<TBuilder>(this TBuilder routes, ErrorShape shape)
        where TBuilder : IEndpointConventionBuilder
    {
        routes.Add(endpoint => endpoint.Metadata.Add(shape));
        return routes;
    }
}
