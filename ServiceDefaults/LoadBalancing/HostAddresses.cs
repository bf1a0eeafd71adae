using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace EmbedPlatform.ServiceDefaults.LoadBalancing;

/// <summary>
/// Resolves a host name to its replicas: a headless service of Kubernetes or a scaled service of Docker Compose has several addresses.
/// Results are cached for a few seconds, and beyond that while the name server is down.
/// </summary>
internal sealed class HostAddresses(TimeProvider clock, Func<string, CancellationToken, Task<IPAddress[]>> resolve)
{
    private static readonly TimeSpan CacheTime = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, (DateTimeOffset At, IPAddress[] Addresses)> _cache = new();

    public HostAddresses(TimeProvider clock)
        : this(clock, Dns.GetHostAddressesAsync) { }

    /// <summary>
    /// One URI for each address of the host; the URI itself for HTTPS (a certificate names the host), IP addresses and unknown hosts.
    /// </summary>
    public async ValueTask<IReadOnlyList<Uri>> ResolveAsync(Uri address, CancellationToken cancellationToken)
    {
        if (address.Scheme != Uri.UriSchemeHttp || address.HostNameType != UriHostNameType.Dns || address.IsLoopback)
        {
            return [address];
        }

        var now = clock.GetUtcNow();
        if (!_cache.TryGetValue(address.Host, out var known) || now - known.At > CacheTime)
        {
            known = (now, await QueryAsync(address.Host, known.Addresses, cancellationToken).ConfigureAwait(false));
            _cache[address.Host] = known;
        }

        return known.Addresses.Length < 2
            ? [address]
            : [.. known.Addresses.Select(ip => new UriBuilder(address) { Host = ip.ToString() }.Uri)];
    }

    private async Task<IPAddress[]> QueryAsync(string host, IPAddress[]? fallback, CancellationToken cancellationToken)
    {
        try
        {
            var all = await resolve(host, cancellationToken).ConfigureAwait(false);
            // A machine with an IPv4 and an IPv6 address is one replica.
            var ipv4 = all.Where(ip => ip.AddressFamily == AddressFamily.InterNetwork).ToArray();
            return [.. (ipv4.Length > 0 ? ipv4 : all).OrderBy(ip => ip.ToString(), StringComparer.Ordinal)];
        }
        catch (SocketException)
        {
            return fallback ?? [];
        }
    }
}
