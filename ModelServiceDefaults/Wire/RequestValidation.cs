using EmbedPlatform.ServiceDefaults.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.ModelServiceDefaults.Wire;

/// <summary>A request body with its rules.</summary>
/// <typeparam name="TOptions">The service's options, which bound what a request may ask for.</typeparam>
public interface IRequestBody<in TOptions>
{
    FieldErrors Validate(TOptions options);

    /// <summary>The answer to a body that breaks the rules, where a format has one of its own.</summary>
    IResult Reject(FieldErrors errors) => errors.ToProblem();
}

/// <summary>Rejects an invalid body before the route runs.</summary>
internal sealed class RequestValidation<TOptions>(IOptions<TOptions> options) : IEndpointFilter
    where TOptions : class
{
    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var body = context.Arguments.OfType<IJsonBody>().FirstOrDefault()?.Body as IRequestBody<TOptions>;
        return body?.Validate(options.Value) is { Any: true } errors ? ValueTask.FromResult<object?>(body.Reject(errors)) : next(context);
    }
}

public static class RequestValidationExtensions
{
    /// <summary>Documents a route's body and validates it before the route runs.</summary>
    public static RouteHandlerBuilder WithBody<TBody, TOptions>(this RouteHandlerBuilder route)
        where TBody : class, IRequestBody<TOptions>
        where TOptions : class =>
        route
            .Accepts<TBody>("application/json")
            .ProducesValidationProblem()
            .AddEndpointFilter<RouteHandlerBuilder, RequestValidation<TOptions>>();

    /// <summary>Documents the failures of every route that runs a model.</summary>
    public static RouteHandlerBuilder ProducesFailures(this RouteHandlerBuilder route) =>
        route
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .ProducesProblem(StatusCodes.Status504GatewayTimeout);
}
