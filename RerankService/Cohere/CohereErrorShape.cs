using EmbedPlatform.ServiceDefaults.Failures;
using Microsoft.AspNetCore.Mvc;

namespace EmbedPlatform.RerankService.Cohere;

/// <summary>How Cohere's API says that a request failed: <c>{"message"}</c>. Jina's clients read <c>detail</c>.</summary>
internal sealed class CohereErrorShape : ErrorShape
{
    public override object Body(ProblemDetails problem)
    {
        var message = Problems.MessageOf(problem);
        return new CohereError(message, message);
    }
}

/// <summary>A failure.</summary>
/// <param name="Message">What is wrong, for Cohere's clients.</param>
/// <param name="Detail">The same for Jina's.</param>
internal sealed record CohereError(string Message, string Detail);
