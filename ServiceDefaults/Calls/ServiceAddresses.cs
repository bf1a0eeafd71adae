using Microsoft.Extensions.ServiceDiscovery;

namespace EmbedPlatform.ServiceDefaults.Calls;

/// <summary>Where the replicas of a service are, as service discovery says.</summary>
internal sealed class ServiceAddresses(ServiceEndpointResolver resolver, HostAddresses hosts)
{
    /// <summary>Finds them.</summary>
    /// <param name="uri">What is called: a service by its name (<c>https+http://embed/info</c>), or a host.</param>
    /// <param name="resolveHosts">Whether a host with several addresses is several replicas.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Base addresses; empty where nothing is known of the name.</returns>
    public async ValueTask<IReadOnlyList<Uri>> FindAsync(Uri uri, bool resolveHosts, CancellationToken cancellationToken)
    {
        var found = await resolver.GetEndpointsAsync($"{uri.Scheme}://{uri.Host}", cancellationToken).ConfigureAwait(false);
        Uri[] addresses = [.. found.Endpoints.Select(endpoint => Address(uri, endpoint))];
        if (!resolveHosts)
        {
            return addresses;
        }

        var machines = new List<Uri>();
        foreach (var address in addresses)
        {
            machines.AddRange(await hosts.EachOfAsync(address, cancellationToken).ConfigureAwait(false));
        }

        return machines;
    }

    /// <summary>The same request to one replica.</summary>
    public static Uri At(Uri address, Uri request) => new UriBuilder(request)
    {
        Scheme = address.Scheme,
        Host = address.Host,
        Port = address.Port,
        Path = address.AbsolutePath.TrimEnd('/') + request.AbsolutePath,
    }.Uri;

    // An endpoint is an address of its own, or a host (with or without a port) that takes the rest from what is called.
    private static Uri Address(Uri uri, ServiceEndpoint endpoint)
    {
        var words = endpoint.ToString()!;
        if (words.Contains("://", StringComparison.Ordinal))
        {
            return new Uri(words);
        }

        var scheme = uri.Scheme.Split('+')[^1];
        var host = endpoint.EndPoint is System.Net.IPEndPoint { Port: 0, Address.AddressFamily: System.Net.Sockets.AddressFamily.InterNetworkV6 } ? $"[{words}]" : words;
        var address = new UriBuilder($"{scheme}://{host}");
        if (address.Uri.IsDefaultPort && !uri.IsDefaultPort && uri.Port > 0)
        {
            address.Port = uri.Port;
        }

        return address.Uri;
    }
}
