using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using JsonOptions = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace EmbedPlatform.ServiceDefaults.Http;

// Writes the errors of routes with an ErrorShape; the framework writes all others.
internal sealed class ShapedProblemWriter(ErrorShapes shapes, IOptions<ProblemDetailsOptions> problems, IOptions<JsonOptions> json)
    : IProblemDetailsWriter
{
    public bool CanWrite(ProblemDetailsContext context) => shapes.Find(context.HttpContext) is not null;

    public async ValueTask WriteAsync(ProblemDetailsContext context)
    {
        var http = context.HttpContext;
        var shape = shapes.Find(http) ?? throw new InvalidOperationException("The route has no error shape.");
        var problem = context.ProblemDetails;
        problem.Status ??= http.Response.StatusCode;
        problem.Title ??= ReasonPhrases.GetReasonPhrase(problem.Status.Value);
        problem.Extensions["traceId"] = Activity.Current?.Id ?? http.TraceIdentifier;
        problems.Value.CustomizeProblemDetails?.Invoke(context);
        http.Response.StatusCode = shape.Status(problem);
        var body = shape.Body(problem);
        await http.Response.WriteAsJsonAsync(body, body.GetType(), json.Value.SerializerOptions, http.RequestAborted);
    }
}
