namespace EmbedPlatform.SearchApi.Tenants;

/// <summary>Whose data a request may see. One for each request; the empty string is the tenant of requests that name none.</summary>
internal sealed class TenantContext
{
    /// <summary>The tenant's key, which every read, write and cache key carries.</summary>
    public string Tenant { get; private set; } = string.Empty;

    /// <summary>Says whose request this is, before anything is read.</summary>
    public void Set(string tenant) => Tenant = tenant;
}
