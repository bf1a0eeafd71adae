using EmbedPlatform.TestKit;

namespace EmbedPlatform.SearchApi.Tests;

/// <summary>SearchApi as a process of its own, which a test may kill.</summary>
public static class ApiProcess
{
    public static Task<ServiceProcess> StartAsync(
        string database,
        string redis,
        ModelServer models,
        params (string Key, string Value)[] settings
    ) => StartAsync(database, redis, models.Address, [("services:rerank:http:0", models.RerankAddress), .. settings]);

    public static Task<ServiceProcess> StartAsync(
        string database,
        string redis,
        string models,
        params (string Key, string Value)[] settings
    ) =>
        ServiceProcess.StartAsync(
            typeof(Program),
            [
                $"--ConnectionStrings:vectors={database}",
                $"--ConnectionStrings:cache={redis}",
                "--Ingestion:PollInterval=00:00:00.1",
                $"--services:embed:http:0={models}",
                $"--services:rerank:http:0={models}",
                .. TestDatabase.Settings(database).Concat(settings).Select(setting => $"--{setting.Key}={setting.Value}"),
            ]
        );
}
