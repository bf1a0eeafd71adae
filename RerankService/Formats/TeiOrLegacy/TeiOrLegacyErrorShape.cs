using System.Text.Json.Serialization;
using EmbedPlatform.RerankService.Formats.Tei;
using EmbedPlatform.ServiceDefaults.Http;
using Microsoft.AspNetCore.Mvc;

namespace EmbedPlatform.RerankService.Formats.TeiOrLegacy;

/// <summary>
/// An unreadable body does not show which of three kinds of client posted to <c>/rerank</c>. An error therefore suits all of them: a
/// problem (RFC 9457) that also has <c>error</c> (older server, TEI) and <c>error_type</c> (TEI).
/// </summary>
internal sealed class TeiOrLegacyErrorShape : ErrorShape
{
    public override object Body(ProblemDetails problem) =>
        new TeiOrLegacyFailure(
            problem.Type,
            problem.Title,
            Status(problem),
            problem.Detail,
            Problems.ErrorsOf(problem),
            Problems.MessageOf(problem),
            TeiErrorTypes.FromStatus(Status(problem))
        );
}

internal sealed record TeiOrLegacyFailure(
    string? Type,
    string? Title,
    int Status,
    string? Detail,
    IDictionary<string, string[]>? Errors,
    string Error,
    [property: JsonPropertyName("error_type")] string ErrorType
);
