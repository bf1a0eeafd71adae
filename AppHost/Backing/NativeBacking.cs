using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using EmbedPlatform.AppHost.Health;
using HealthChecks.NpgSql;
using HealthChecks.Redis;

namespace EmbedPlatform.AppHost.Backing;

/// <summary>The system's PostgreSQL and Redis as executables of the graph, with their data in the data folder.</summary>
internal static class NativeBacking
{
    private const string User = "embedplatform";

    /// <summary>Adds both, on free ports.</summary>
    public static BackingServices Add(IDistributedApplicationBuilder builder, DataFolder data)
    {
        var passwordFile = data.PasswordFile("postgres.password");
        var postgresPort = Ports.Free();
        var vectors = $"Host=127.0.0.1;Port={postgresPort};Username={User};Password={File.ReadAllText(passwordFile)};Database=vectors";
        var postgres = AddServer(builder, "postgres", postgresPort, "--data", data.PathOf("postgres"), "--password-file", passwordFile)
            .WithPromptHealthCheck(() => new NpgSqlHealthCheck(new NpgSqlHealthCheckOptions(vectors + ";Pooling=false")));

        var redisPort = Ports.Free();
        var cache = $"127.0.0.1:{redisPort}";
        var redis = AddServer(builder, "redis", redisPort, "--data", data.PathOf("redis"))
            .WithPromptHealthCheck(() => new RedisHealthCheck(cache));

        return new BackingServices(
            builder
                .AddConnectionString(BackingServices.VectorsName, ReferenceExpression.Create($"{vectors}"))
                .WithParentRelationship(postgres),
            builder.AddConnectionString(BackingServices.CacheName, ReferenceExpression.Create($"{cache}")).WithParentRelationship(redis)
        );
    }

    private static IResourceBuilder<ExecutableResource> AddServer(
        IDistributedApplicationBuilder builder,
        string name,
        int port,
        params string[] arguments
    ) =>
        builder
            .AddExecutable(
                name,
                "bash",
                Path.Combine(Path.GetDirectoryName(builder.AppHostDirectory)!, "eng", "native"),
                [$"{name}.sh", "--port", port.ToString(CultureInfo.InvariantCulture), .. arguments]
            )
            .WithEndpoint(port: port, targetPort: port, scheme: "tcp", name: "tcp", isProxied: false)
            .WithRestarts();
}
