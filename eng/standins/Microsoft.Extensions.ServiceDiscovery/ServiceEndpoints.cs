using System.Net;

namespace Microsoft.Extensions.ServiceDiscovery;

public abstract class ServiceEndpoint
{
    public abstract EndPoint EndPoint { get; }
}

public sealed class ServiceEndpointSource
{
    internal ServiceEndpointSource(IReadOnlyList<ServiceEndpoint> endpoints) => Endpoints = endpoints;

    public IReadOnlyList<ServiceEndpoint> Endpoints { get; }
}

// Its words are what callers can read of it: the address that was configured, or the host where none was.
internal sealed class NamedServiceEndpoint(EndPoint endPoint) : ServiceEndpoint
{
    public override EndPoint EndPoint => endPoint;

    public override string ToString() => endPoint switch
    {
        DnsEndPoint { Port: 0 } dns => dns.Host,
        IPEndPoint { Port: 0 } ip => ip.Address.ToString(),
        DnsEndPoint dns => $"{dns.Host}:{dns.Port}",
        _ => endPoint.ToString()!,
    };
}

internal sealed class AddressEndPoint(Uri address) : EndPoint
{
    public override string ToString() => address.ToString();
}
