using EmbedPlatform.ServiceDefaults.Failures;
using Microsoft.AspNetCore.Mvc;

namespace EmbedPlatform.EmbedService.Cohere;

/// <summary>How Cohere's API says that a request failed: <c>{"message"}</c>.</summary>
internal sealed class CohereErrorShape : ErrorShape
{
    public override object Body(ProblemDetails problem) => new CohereFailure(Problems.MessageOf(problem));
}

/// <summary>A failure.</summary>
/// <param name="Message">What is wrong.</param>
internal sealed record CohereFailure(string Message);
