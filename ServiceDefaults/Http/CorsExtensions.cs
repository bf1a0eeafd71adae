using EmbedPlatform.ServiceDefaults.Configuration;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace EmbedPlatform.ServiceDefaults.Http;

internal static class CorsExtensions
{
    public static void AddPlatformCors(this IServiceCollection services)
    {
        services.AddPlatformOptions<PlatformCorsOptions>(PlatformCorsOptions.SectionName);
        services.AddSingleton<IValidateOptions<PlatformCorsOptions>, CorsOptionsValidator>();
        services.AddCors();
        services
            .AddOptions<CorsOptions>()
            .Configure<IOptions<PlatformCorsOptions>>((cors, ours) => cors.AddDefaultPolicy(policy => Allow(policy, ours.Value.Origins)));
    }

    // API keys are sent in headers, so credentials (cookies) stay disabled for every origin.
    private static void Allow(CorsPolicyBuilder policy, IList<string> origins)
    {
        if (origins.Count > 0)
        {
            policy.WithOrigins([.. origins]).AllowAnyHeader().AllowAnyMethod().WithExposedHeaders(HeaderNames.RetryAfter);
        }
    }
}
