using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;

namespace EmbedPlatform.AppHost.Backing;

/// <summary>The system's own PostgreSQL and Redis, as executables of the graph, with data of their own.</summary>
internal static class NativeBacking
{
    private const string User = "embedplatform";

    /// <summary>Adds both, on free ports.</summary>
    public static BackingServices Add(IDistributedApplicationBuilder builder, DataFolder data)
    {
        var scripts = Path.Combine(Path.GetDirectoryName(builder.AppHostDirectory)!, "eng", "native");
        var passwordFile = data.PasswordFile("postgres.password");

        var postgresPort = Ports.Free();
        var postgres = builder
            .AddExecutable(
                "postgres", "bash", scripts,
                "postgres.sh", "--data", data.PathOf("postgres"), "--port", Text(postgresPort), "--password-file", passwordFile)
            .WithEndpoint(targetPort: postgresPort, scheme: "tcp", name: "tcp", isProxied: false)
            .WithAnswerCheck(builder, () => ServerAnswer.FromPostgresAsync(postgresPort, User));

        var redisPort = Ports.Free();
        var redis = builder
            .AddExecutable("redis", "bash", scripts, "redis.sh", "--data", data.PathOf("redis"), "--port", Text(redisPort))
            .WithEndpoint(targetPort: redisPort, scheme: "tcp", name: "tcp", isProxied: false)
            .WithAnswerCheck(builder, () => ServerAnswer.FromRedisAsync(redisPort));

        var password = File.ReadAllText(passwordFile);
        var vectors = builder.AddConnectionString(
            BackingServices.VectorsName,
            ReferenceExpression.Create(
                $"Host=127.0.0.1;Port={postgres.GetEndpoint("tcp").Property(EndpointProperty.Port)};Username={User};Password={password};Database=vectors"));
        var cache = builder.AddConnectionString(
            BackingServices.CacheName,
            ReferenceExpression.Create($"127.0.0.1:{redis.GetEndpoint("tcp").Property(EndpointProperty.Port)}"));
        return new BackingServices(vectors, cache, [postgres, redis]);
    }

    // An executable that runs is not yet a server that answers.
    private static IResourceBuilder<ExecutableResource> WithAnswerCheck(
        this IResourceBuilder<ExecutableResource> server, IDistributedApplicationBuilder builder, Func<Task<bool>> answers)
    {
        var key = $"{server.Resource.Name}_answers";
        builder.Services.AddHealthChecks().Add(ServerAnswer.Check(key, answers));
        return server.WithHealthCheck(key);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
