using Microsoft.Extensions.Configuration;

namespace Microsoft.Extensions.ServiceDiscovery;

// The section services:{name}: each scheme or endpoint name holds one value or numbered children; several are taken in turn.
internal sealed class ConfigurationServiceEndpoints(IConfiguration configuration)
{
    private uint _turn;

    public Uri Resolve(Uri uri)
    {
        var schemes = uri.Scheme.Split('+');
        var service = configuration.GetSection("services").GetSection(uri.Host);
        foreach (var scheme in schemes)
        {
            if (Pick(service.GetSection(scheme)) is { } address)
            {
                return new UriBuilder(uri)
                {
                    Scheme = address.Scheme,
                    Host = address.Host,
                    Port = address.Port,
                }.Uri;
            }
        }

        // What no configuration names is a host name for the resolver of the machine.
        return schemes.Length == 1 ? uri : new UriBuilder(uri) { Scheme = schemes[^1], Port = uri.IsDefaultPort ? -1 : uri.Port }.Uri;
    }

    private Uri? Pick(IConfigurationSection section)
    {
        // A section above others may hold an empty value, as command-line arguments of a test host give it.
        if (section.Value is { Length: > 0 } single)
        {
            return Parse(section.Key, single);
        }

        var values = section.GetChildren().Select(child => child.Value).Where(value => !string.IsNullOrEmpty(value)).OfType<string>().ToArray();
        return values.Length == 0 ? null : Parse(section.Key, values[Interlocked.Increment(ref _turn) % (uint)values.Length]);
    }

    private static Uri Parse(string scheme, string value) =>
        new(value.Contains("://", StringComparison.Ordinal) ? value : $"{scheme}://{value}");
}
