namespace EmbedPlatform.SearchApi.Uploads;

internal static class UploadRegistration
{
    public static void AddUploads(this IServiceCollection services)
    {
        services.AddOptions<TaskOptions>().BindConfiguration("Tasks").ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<DocumentBatcher>();
        services.AddSingleton<TaskStore>();
        services.AddSingleton<UploadService>();
        services.AddHostedService<StaleTaskSweeper>();
    }
}
