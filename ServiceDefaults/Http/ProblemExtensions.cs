using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.ServiceDefaults.Http;

internal static class ProblemExtensions
{
    public static void AddPlatformProblems(this IServiceCollection services)
    {
        services.AddSingleton<ErrorShapes>();
        services.AddSingleton<IProblemDetailsWriter, ShapedProblemWriter>();
        services.AddProblemDetails(options => options.CustomizeProblemDetails = Complete);
        services.AddSingleton<IProblemDetailsWriter, FallbackProblemWriter>();
        services.AddExceptionHandler<ProblemExceptionHandler>();
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
    }

    public static void UsePlatformProblems(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.Use(Utf8Bodies.CheckAsync);
    }

    // Every 413 passes here, whichever part of the server detected it.
    private static void Complete(ProblemDetailsContext context)
    {
        if (context.ProblemDetails.Status != StatusCodes.Status413PayloadTooLarge)
        {
            return;
        }

        var limit = context.HttpContext.RequestServices.GetRequiredService<IOptions<LimitsOptions>>().Value.MaxBodyBytes;
        var message = $"must not be longer than {limit} bytes (option {LimitsOptions.SectionName}:{nameof(LimitsOptions.MaxBodyBytes)})";
        context.ProblemDetails.Detail = $"body: {message}";
        context.ProblemDetails.Extensions["errors"] = new Dictionary<string, string[]> { ["body"] = [message] };
    }
}
