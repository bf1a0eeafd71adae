using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

namespace EmbedPlatform.AppHost.Backing;

/// <summary>PostgreSQL and Redis of the chosen backing.</summary>
/// <param name="Vectors">The connection string of the database, named <c>vectors</c>.</param>
/// <param name="Cache">The connection string of Redis, named <c>cache</c>.</param>
internal sealed record BackingServices(
    IResourceBuilder<IResourceWithConnectionString> Vectors,
    IResourceBuilder<IResourceWithConnectionString> Cache
)
{
    /// <summary>The name of the database's connection string.</summary>
    public const string VectorsName = "vectors";

    /// <summary>The name of Redis's connection string.</summary>
    public const string CacheName = "cache";

    /// <summary>Adds them by the options. A published graph has containers unless they are external.</summary>
    /// <exception cref="RefusedException">The chosen backing is not available.</exception>
    public static async Task<BackingServices> AddAsync(IDistributedApplicationBuilder builder, BackingKind kind, DataFolder data)
    {
        if (kind == BackingKind.Auto)
        {
            kind =
                builder.ExecutionContext.IsPublishMode || await ContainerEngine.IsRunningAsync()
                    ? BackingKind.Containers
                    : BackingKind.Native;
        }

        return kind switch
        {
            BackingKind.External => External(builder),
            BackingKind.Native when builder.ExecutionContext.IsPublishMode => throw new RefusedException(
                "Backing=native runs programs of this machine and cannot be published; use containers or external"
            ),
            BackingKind.Native => NativeBacking.Add(builder, data),
            _ => ContainerBacking.Add(builder, data),
        };
    }

    private static BackingServices External(IDistributedApplicationBuilder builder)
    {
        foreach (var name in (string[])[VectorsName, CacheName])
        {
            if (string.IsNullOrWhiteSpace(builder.Configuration.GetConnectionString(name)))
            {
                throw new RefusedException($"Backing=external needs ConnectionStrings:{name}");
            }
        }

        return new BackingServices(builder.AddConnectionString(VectorsName), builder.AddConnectionString(CacheName));
    }
}
