using EmbedPlatform.Cli.CommandLine;

namespace EmbedPlatform.Cli.Platforms;

/// <summary>Finds the addresses of a running platform: options first, then the environment, then the file of its AppHost.</summary>
internal static class PlatformFinder
{
    /// <summary>The environment variable that holds a service's address.</summary>
    public static string VariableOf(string service) => $"EMBEDPLATFORM_{service.ToUpperInvariant()}_URL";

    /// <summary>Whether an address is an HTTP address.</summary>
    public static bool IsHttp(Uri address) => address.Scheme is "http" or "https";

    /// <summary>Finds the addresses.</summary>
    /// <param name="given">Addresses from the command line.</param>
    /// <param name="environment">Reads an environment variable.</param>
    /// <param name="dataFolder">The data folder of the platform that may be running.</param>
    /// <exception cref="CommandException">No address was given and no platform runs on the data folder.</exception>
    public static Endpoints Find(Endpoints given, Func<string, string?> environment, string dataFolder)
    {
        var configured = given.Or(new Endpoints(FromEnvironment("search"), FromEnvironment("embed"), FromEnvironment("rerank")));
        // A given address selects that platform, so its services are not mixed with those of another one.
        var found = configured == Endpoints.None ? EndpointsFile.Read(EndpointsFile.PathIn(dataFolder)) : configured;
        return found ?? throw new CommandException("no running platform found: start one with ./run, or pass --start");

        Uri? FromEnvironment(string service)
        {
            var value = environment(VariableOf(service));
            return string.IsNullOrWhiteSpace(value) ? null
                : Uri.TryCreate(value, UriKind.Absolute, out var address) && IsHttp(address) ? address
                : throw new CommandException($"{VariableOf(service)} must be an HTTP address, not '{value}'");
        }
    }
}
