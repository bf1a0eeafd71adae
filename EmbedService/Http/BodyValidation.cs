using EmbedPlatform.EmbedService.Embedding;
using EmbedPlatform.ServiceDefaults.Failures;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.EmbedService.Http;

/// <summary>A body that knows its rules.</summary>
internal interface ICheckedBody
{
    /// <summary>What is wrong with it, by field.</summary>
    /// <param name="maxTexts">The most texts of a request.</param>
    FieldErrors Validate(int maxTexts);
}

/// <summary>Answers a body that breaks its rules with 400 before the route sees it.</summary>
internal sealed class BodyValidation(IOptions<EmbedServiceOptions> options) : IEndpointFilter
{
    /// <inheritdoc/>
    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var errors = context.Arguments.OfType<IJsonBody>().FirstOrDefault()?.Body.Validate(options.Value.MaxTexts);
        return errors is { Any: true } ? ValueTask.FromResult<object?>(errors.ToProblem()) : next(context);
    }
}

/// <summary>Routes that take a body.</summary>
internal static class BodyValidationExtensions
{
    /// <summary>Documents a route's body, which is checked before the route sees it.</summary>
    public static RouteHandlerBuilder WithBody<TBody>(this RouteHandlerBuilder route)
        where TBody : class, ICheckedBody => route
        .Accepts<TBody>("application/json")
        .ProducesValidationProblem()
        .AddEndpointFilter<BodyValidation>();
}
