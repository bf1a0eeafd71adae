using EmbedPlatform.ServiceDefaults.Failures;
using Microsoft.AspNetCore.Mvc;

namespace EmbedPlatform.EmbedService.OlderServers;

/// <summary>Failures as the older servers tell them: <c>{error}</c>, and <c>detail</c> with the same words for those whose framework called it that.</summary>
/// <param name="invalid">The status of a body that is not valid: 400 or 422.</param>
internal sealed class OlderErrorShape(int invalid) : ErrorShape
{
    /// <inheritdoc/>
    public override int Status(ProblemDetails problem) => problem.Status switch
    {
        StatusCodes.Status400BadRequest => invalid,
        var status => status ?? StatusCodes.Status500InternalServerError,
    };

    /// <inheritdoc/>
    public override object Body(ProblemDetails problem) => new OlderFailure(Problems.MessageOf(problem), Problems.MessageOf(problem));
}

/// <summary>A failure in the older servers' words.</summary>
/// <param name="Error">What went wrong.</param>
/// <param name="Detail">The same.</param>
internal sealed record OlderFailure(string Error, string Detail);
