using System.Security.Cryptography;
using System.Text;
using Aspire.Hosting;
using EmbedPlatform.AppHost.Health;

namespace EmbedPlatform.AppHost.Backing;

/// <summary>PostgreSQL with pgvector and Redis in containers.</summary>
internal static class ContainerBacking
{
    /// <summary>Adds both.</summary>
    public static BackingServices Add(IDistributedApplicationBuilder builder, DataFolder data)
    {
        // A volume outlives its container, so the password must too. A published graph has a password of its own.
        var password = builder.ExecutionContext.IsRunMode
            ? builder.AddParameter("postgres-password", File.ReadAllText(data.PasswordFile("postgres.password")), secret: true)
            : builder.AddParameter("postgres-password", secret: true);
        var postgres = builder
            .AddPostgres("postgres", password: password)
            .WithImage("pgvector/pgvector", "pg17")
            .WithDataVolume(VolumeName(data))
            .WithRestarts();
        return new BackingServices(
            postgres.AddDatabase(BackingServices.VectorsName),
            builder.AddRedis(BackingServices.CacheName).WithRestarts()
        );
    }

    // One volume per data folder, so that data folders stay independent, as with native backing.
    private static string VolumeName(DataFolder data) =>
        $"embedplatform-vectors-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(data.Root)))[..12]}";
}
