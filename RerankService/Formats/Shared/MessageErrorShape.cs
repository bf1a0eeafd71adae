using EmbedPlatform.ServiceDefaults.Http;
using Microsoft.AspNetCore.Mvc;

namespace EmbedPlatform.RerankService.Formats.Shared;

/// <summary>Errors as <c>message</c>, for clients of Cohere and OpenAI, and <c>detail</c>, for clients of Jina.</summary>
internal sealed class MessageErrorShape : ErrorShape
{
    public override object Body(ProblemDetails problem)
    {
        var message = Problems.MessageOf(problem);
        return new MessageFailure(message, message);
    }
}

internal sealed record MessageFailure(string Message, string Detail);
