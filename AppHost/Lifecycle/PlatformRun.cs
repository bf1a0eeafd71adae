using Aspire.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EmbedPlatform.AppHost.Lifecycle;

internal static class PlatformRun
{
    /// <summary>Runs or publishes the graph. Returns 1 if a resource could not start, else 0.</summary>
    public static async Task<int> RunPlatformAsync(this IDistributedApplicationBuilder builder, Dashboard dashboard, DataFolder data)
    {
        if (builder.ExecutionContext.IsPublishMode)
        {
            await using var publisher = builder.Build();
            await publisher.RunAsync();
            return Environment.ExitCode;
        }

        DcpCertificate.Use(builder, data);

        // The dashboard shows resources that are not ready yet; on the console they would look like failures.
        builder.Services.AddLogging(logging =>
            logging
                .AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None)
                .AddFilter("Microsoft.AspNetCore", LogLevel.Error)
                .AddFilter("Aspire.Hosting.Dcp", LogLevel.Warning)
        );
        builder.Services.AddSingleton(dashboard);
        builder.Services.AddSingleton(data);
        builder.Services.AddSingleton<PlatformStart>();
        builder.Services.AddSingleton(new RestartPolicy(TimeProvider.System));
        builder.Services.AddHostedService<ResourceRestarter>();
        builder.Services.AddHostedService<Announcement>();

        await using var app = builder.Build();
        var start = app.Services.GetRequiredService<PlatformStart>();
        await app.RunAsync();
        return start.Failed ? 1 : 0;
    }
}
