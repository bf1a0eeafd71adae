using Aspire.Hosting;

namespace EmbedPlatform.AppHost.Backing;

/// <summary>PostgreSQL with pgvector and Redis in containers; only with Aspire's own packages (ContainerBacking.Aspire.cs).</summary>
internal static partial class ContainerBacking
{
    /// <summary>Whether this build can describe containers.</summary>
    public static bool IsCompiledIn
    {
        get
        {
            var compiled = false;
            Compiled(ref compiled);
            return compiled;
        }
    }

    /// <summary>Adds both.</summary>
    /// <exception cref="RefusedException">This build cannot describe containers.</exception>
    public static BackingServices Add(IDistributedApplicationBuilder builder, DataFolder data)
    {
        BackingServices? added = null;
        Add(builder, data, ref added);
        return added ?? throw new RefusedException(
            "Backing=containers needs Aspire's own packages, which this build's feed lacked; use native or external");
    }

    static partial void Compiled(ref bool compiled);

    static partial void Add(IDistributedApplicationBuilder builder, DataFolder data, ref BackingServices? added);
}
