using System.Globalization;
using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace EmbedPlatform.ServiceDefaults.Http;

/// <summary>A problem+json answer with <c>Retry-After</c> in whole seconds, at least 1.</summary>
/// <param name="title">Null for the name of the status.</param>
public sealed class RetryableProblem(int statusCode, TimeSpan retryAfter, string detail, string? title = null)
    : IResult,
        IStatusCodeHttpResult,
        IEndpointMetadataProvider
{
    public int? StatusCode => statusCode;

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var seconds = Math.Max(1, (long)Math.Ceiling(retryAfter.TotalSeconds));
        httpContext.Response.Headers[HeaderNames.RetryAfter] = seconds.ToString(CultureInfo.InvariantCulture);
        return TypedResults.Problem(detail, statusCode: statusCode, title: title).ExecuteAsync(httpContext);
    }

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder)
    {
        foreach (var status in (int[])[StatusCodes.Status429TooManyRequests, StatusCodes.Status503ServiceUnavailable])
        {
            builder.Metadata.Add(new ProducesResponseTypeMetadata(status, typeof(ProblemDetails), ["application/problem+json"]));
        }
    }
}
