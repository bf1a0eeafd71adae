using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace EmbedPlatform.ServiceDefaults.Calls;

/// <summary>
/// The addresses of a host: a name with several (a headless service of Kubernetes, a scaled service of Docker Compose) is several replicas.
/// Asked again after a few seconds; a name server that is away costs nothing as long as it once answered.
/// </summary>
internal sealed class HostAddresses(TimeProvider clock, Func<string, CancellationToken, Task<IPAddress[]>> resolve)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, (DateTimeOffset At, IPAddress[] Addresses)> _known = new();

    /// <summary>Those that the machine's resolver knows.</summary>
    public HostAddresses(TimeProvider clock)
        : this(clock, Dns.GetHostAddressesAsync)
    {
    }

    /// <summary>The same address for each of its host's machines; itself where the host has one address, is one, or is not known.</summary>
    /// <param name="address">An address of plain HTTP; others are left as they are, as a certificate is for the name.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async ValueTask<IReadOnlyList<Uri>> EachOfAsync(Uri address, CancellationToken cancellationToken)
    {
        if (address.Scheme != Uri.UriSchemeHttp || address.HostNameType != UriHostNameType.Dns || address.IsLoopback)
        {
            return [address];
        }

        var now = clock.GetUtcNow();
        if (!_known.TryGetValue(address.Host, out var known) || now - known.At > Fresh)
        {
            known = (now, await ResolveAsync(address.Host, known.Addresses, cancellationToken).ConfigureAwait(false));
            _known[address.Host] = known;
        }

        return known.Addresses.Length < 2 ? [address] : [.. known.Addresses.Select(ip => new UriBuilder(address) { Host = ip.ToString() }.Uri)];
    }

    private async Task<IPAddress[]> ResolveAsync(string host, IPAddress[]? before, CancellationToken cancellationToken)
    {
        try
        {
            var all = await resolve(host, cancellationToken).ConfigureAwait(false);
            // A machine with an address of each family is one machine.
            var fourth = all.Where(ip => ip.AddressFamily == AddressFamily.InterNetwork).ToArray();
            return [.. (fourth.Length > 0 ? fourth : all).OrderBy(ip => ip.ToString(), StringComparer.Ordinal)];
        }
        catch (SocketException)
        {
            return before ?? [];
        }
    }
}
