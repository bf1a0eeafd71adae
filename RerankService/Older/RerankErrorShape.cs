using System.Text.Json.Serialization;
using EmbedPlatform.RerankService.Tei;
using EmbedPlatform.ServiceDefaults.Failures;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace EmbedPlatform.RerankService.Older;

/// <summary>
/// Three kinds of client post to <c>/rerank</c>, and a body that cannot be read does not tell which of them it is: a failure answers all three, as a
/// problem (RFC 9457) that also has <c>error</c> (the older server, TEI) and <c>error_type</c> (TEI).
/// </summary>
internal sealed class RerankErrorShape : ErrorShape
{
    public override object Body(ProblemDetails problem) => new RerankError(
        problem.Type,
        problem.Title,
        Status(problem),
        problem.Detail,
        Problems.ErrorsOf(problem),
        Problems.MessageOf(problem),
        TeiErrorShape.Kind(Status(problem)));
}

/// <summary>A failure in the words of all formats of <c>/rerank</c>.</summary>
internal sealed record RerankError(
    string? Type, string? Title, int Status, string? Detail, IDictionary<string, string[]>? Errors, string Error,
    [property: JsonPropertyName("error_type")] string ErrorType);
