using EmbedPlatform.ServiceDefaults.Http;
using Microsoft.AspNetCore.Mvc;

namespace EmbedPlatform.EmbedService.Formats.Legacy;

/// <summary>
/// Errors of the in-house servers: <c>error</c>, and <c>detail</c> with the same text for clients of those that called it that.
/// </summary>
/// <param name="invalidStatus">The status of an invalid body: 400 or 422.</param>
internal sealed class LegacyErrorShape(int invalidStatus) : ErrorShape
{
    public override int Status(ProblemDetails problem) =>
        problem.Status switch
        {
            StatusCodes.Status400BadRequest => invalidStatus,
            var status => status ?? StatusCodes.Status500InternalServerError,
        };

    public override object Body(ProblemDetails problem) => new LegacyFailure(Problems.MessageOf(problem), Problems.MessageOf(problem));
}

internal sealed record LegacyFailure(string Error, string Detail);
