using EmbedPlatform.ServiceDefaults.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.ServiceDefaults.Security;

internal static class ApiKeyExtensions
{
    public static void AddApiKeys(this IServiceCollection services)
    {
        // The client reads ApiKeys:Send.
        services.AddPlatformOptions<ApiKeyOptions>(ApiKeyOptions.SectionName, isForeign: child => child.Key == "Send");
        services.AddSingleton<IValidateOptions<ApiKeyOptions>, ApiKeyOptionsValidator>();
        services.AddSingleton<KeyRing>();
        services.AddHostedService<AddressGuard>();
    }

    public static void UseApiKeys(this WebApplication app, string? serviceScope) =>
        app.Use(next =>
        {
            var keys = app.Services.GetRequiredService<KeyRing>();
            return keys.Enforced ? new ApiKeyMiddleware(next, keys, serviceScope).InvokeAsync : next;
        });
}
