using EmbedPlatform.ServiceDefaults.Configuration;

namespace EmbedPlatform.SearchApi.Uploads;

internal static class UploadRegistration
{
    public static void AddUploads(this IServiceCollection services)
    {
        services.AddPlatformOptions<TaskOptions>(
            TaskOptions.SectionName,
            new Dictionary<string, string> { ["Silence"] = nameof(TaskOptions.HeartbeatTimeout), ["Keep"] = nameof(TaskOptions.Retention) }
        );
        services.AddSingleton<DocumentBatcher>();
        services.AddSingleton<TaskStore>();
        services.AddSingleton<UploadService>();
        services.AddHostedService<StaleTaskSweeper>();
    }
}
