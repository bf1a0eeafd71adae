using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.ServiceDefaults.Limits;

internal static class RequestLimits
{
    public static void AddRequestLimits(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<LimitsOptions>()
            .BindConfiguration(LimitsOptions.SectionName)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Services.AddOptions<KestrelServerOptions>().Configure<IOptions<LimitsOptions>>(Apply);
    }

    /// <summary>Before all else, so that every part's 413 reaches its sender.</summary>
    public static void UseOverlongBodies(this WebApplication app) => app.Use(next => new OverlongBodies(next).InvokeAsync);

    public static void UseRequestLimits(this WebApplication app)
    {
        app.Use(next =>
        {
            var most = app.Services.GetRequiredService<IOptions<LimitsOptions>>().Value.MaxConcurrentRequests;
            return most > 0 ? new ConcurrencyLimit(next, most).InvokeAsync : next;
        });
        app.Use(next => new DeadlineMiddleware(next).InvokeAsync);
    }

    private static void Apply(KestrelServerOptions kestrel, IOptions<LimitsOptions> limits)
    {
        try
        {
            kestrel.Limits.MaxRequestBodySize = limits.Value.MaxBodyBytes;
            kestrel.Limits.MinRequestBodyDataRate = limits.Value.MinBodyBytesPerSecond > 0
                ? new MinDataRate(limits.Value.MinBodyBytesPerSecond, TimeSpan.FromSeconds(limits.Value.SlowBodySeconds))
                : null;
        }
        catch (Exception wrong) when (wrong is OptionsValidationException or InvalidOperationException)
        {
            // The server is made while the service is built, too early to explain a wrong option; the validation at start stops it in one line.
        }
    }
}
