using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Configuration;

namespace Microsoft.Extensions.ServiceDiscovery;

// The section services:{name}: each scheme or endpoint name holds one value or numbered children.
public sealed class ServiceEndpointResolver
{
    private readonly IConfiguration _configuration;
    private readonly ConcurrentDictionary<string, (ServiceEndpointSource Source, Primitives.IChangeToken Change)> _known = new();

    internal ServiceEndpointResolver(IConfiguration configuration) => _configuration = configuration;

    public ValueTask<ServiceEndpointSource> GetEndpointsAsync(string serviceName, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(serviceName);
        cancellationToken.ThrowIfCancellationRequested();
        if (!_known.TryGetValue(serviceName, out var known) || known.Change.HasChanged)
        {
            known = (Resolve(serviceName), _configuration.GetReloadToken());
            _known[serviceName] = known;
        }

        return new(known.Source);
    }

    private ServiceEndpointSource Resolve(string serviceName)
    {
        var name = new Uri(serviceName.Contains("://", StringComparison.Ordinal) ? serviceName : $"https+http://{serviceName}");
        var service = _configuration.GetSection("services").GetSection(name.Host);
        var configured = name.Scheme.Split('+').Select(scheme => Addresses(service.GetSection(scheme))).FirstOrDefault(found => found.Count > 0);

        // What no configuration names is a host name for the resolver of the machine.
        return new(configured ?? [new NamedServiceEndpoint(IPAddress.TryParse(name.Host, out var ip) ? new IPEndPoint(ip, 0) : new DnsEndPoint(name.Host, 0))]);
    }

    // A section above others may hold an empty value, as command-line arguments of a test host give it.
    private static List<ServiceEndpoint> Addresses(IConfigurationSection section)
    {
        IEnumerable<string?> values = section.Value is { Length: > 0 } single ? [single] : section.GetChildren().Select(child => child.Value);
        return [.. values.OfType<string>().Where(value => value.Length > 0).Select(value => Parse(section.Key, value))];
    }

    private static NamedServiceEndpoint Parse(string scheme, string value) =>
        new(new AddressEndPoint(new Uri(value.Contains("://", StringComparison.Ordinal) ? value : $"{scheme}://{value}")));
}
