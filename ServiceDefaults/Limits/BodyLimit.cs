using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.ServiceDefaults.Limits;

internal static class BodyLimit
{
    public static void AddBodyLimit(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<LimitsOptions>()
            .BindConfiguration(LimitsOptions.SectionName)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Services.AddOptions<KestrelServerOptions>().Configure<IOptions<LimitsOptions>>(Apply);
    }

    private static void Apply(KestrelServerOptions kestrel, IOptions<LimitsOptions> limits)
    {
        try
        {
            kestrel.Limits.MaxRequestBodySize = limits.Value.MaxBodyBytes;
        }
        catch (Exception wrong) when (wrong is OptionsValidationException or InvalidOperationException)
        {
            // The server is made while the service is built, too early to explain a wrong option; the validation at start stops it in one line.
        }
    }
}
