using EmbedPlatform.ServiceDefaults.Http;
using Microsoft.AspNetCore.Mvc;

namespace EmbedPlatform.EmbedService.Formats.Cohere;

/// <summary>Errors in Cohere's form: <c>{"message"}</c>.</summary>
internal sealed class CohereErrorShape : ErrorShape
{
    public override object Body(ProblemDetails problem) => new CohereFailure(Problems.MessageOf(problem));
}

internal sealed record CohereFailure(string Message);
