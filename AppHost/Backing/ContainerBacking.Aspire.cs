using System.Security.Cryptography;
using System.Text;
using Aspire.Hosting;

namespace EmbedPlatform.AppHost.Backing;

internal static partial class ContainerBacking
{
    static partial void Compiled(ref bool compiled) => compiled = true;

    static partial void Add(IDistributedApplicationBuilder builder, DataFolder data, ref BackingServices? added)
    {
        // A volume outlives its container, so the password must too; a published graph asks for its own.
        var password = builder.ExecutionContext.IsRunMode
            ? builder.AddParameter("postgres-password", File.ReadAllText(data.PasswordFile("postgres.password")), secret: true)
            : builder.AddParameter("postgres-password", secret: true);
        var postgres = builder.AddPostgres("postgres", password: password)
            .WithImage("pgvector/pgvector", "pg17")
            .WithDataVolume(VolumeName(data));
        var vectors = postgres.AddDatabase(BackingServices.VectorsName);
        var cache = builder.AddRedis(BackingServices.CacheName);
        added = new BackingServices(vectors, cache, [vectors, cache]);
    }

    // One volume for each data folder, as native data would lie in it.
    private static string VolumeName(DataFolder data) =>
        $"embedplatform-vectors-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(data.Root)))[..12]}";
}
