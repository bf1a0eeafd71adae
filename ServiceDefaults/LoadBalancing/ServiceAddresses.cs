using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.ServiceDiscovery;

namespace EmbedPlatform.ServiceDefaults.LoadBalancing;

/// <summary>Finds the replicas of a service through service discovery.</summary>
internal sealed class ServiceAddresses(ServiceEndpointResolver resolver, HostAddresses hosts)
{
    /// <param name="uri">A service name (<c>https+http://embed/info</c>) or a host.</param>
    /// <returns>Base addresses; empty for an unknown name.</returns>
    public async ValueTask<IReadOnlyList<Uri>> FindAsync(Uri uri, bool resolveHosts, CancellationToken cancellationToken)
    {
        var found = await resolver.GetEndpointsAsync($"{uri.Scheme}://{uri.Host}", cancellationToken).ConfigureAwait(false);
        Uri[] addresses = [.. found.Endpoints.Select(endpoint => Address(uri, endpoint))];
        if (!resolveHosts)
        {
            return addresses;
        }

        var replicas = new List<Uri>();
        foreach (var address in addresses)
        {
            replicas.AddRange(await hosts.ResolveAsync(address, cancellationToken).ConfigureAwait(false));
        }

        return replicas;
    }

    /// <summary>The URI of a request at one replica.</summary>
    public static Uri At(Uri address, Uri request) =>
        new UriBuilder(request)
        {
            Scheme = address.Scheme,
            Host = address.Host,
            Port = address.Port,
            Path = address.AbsolutePath.TrimEnd('/') + request.AbsolutePath,
        }.Uri;

    // An endpoint is a URI, or a host with or without a port; the called URI supplies the rest.
    private static Uri Address(Uri uri, ServiceEndpoint endpoint)
    {
        var text = endpoint.ToString()!;
        if (text.Contains("://", StringComparison.Ordinal))
        {
            return new Uri(text);
        }

        var scheme = uri.Scheme.Split('+')[^1];
        var host = endpoint.EndPoint is IPEndPoint { Port: 0, Address.AddressFamily: AddressFamily.InterNetworkV6 } ? $"[{text}]" : text;
        var address = new UriBuilder($"{scheme}://{host}");
        if (address.Uri.IsDefaultPort && !uri.IsDefaultPort && uri.Port > 0)
        {
            address.Port = uri.Port;
        }

        return address.Uri;
    }
}
