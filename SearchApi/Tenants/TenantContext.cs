namespace EmbedPlatform.SearchApi.Tenants;

/// <summary>The tenant of a request; the empty string is the tenant of requests without the header.</summary>
internal sealed class TenantContext
{
    /// <summary>The tenant's key, part of every read, write and cache key.</summary>
    public string Tenant { get; private set; } = string.Empty;

    public void Set(string tenant) => Tenant = tenant;
}
