using EmbedPlatform.TestKit;

namespace EmbedPlatform.AppHost.Tests;

/// <summary>The processes of a platform. DCP detaches itself, so they are not descendants of the AppHost.</summary>
internal static class PlatformProcesses
{
    /// <summary>Everything that an AppHost has had started: DCP, what it runs, and what that runs.</summary>
    public static IReadOnlyList<ProcessIdentity> Of(int appHost)
    {
        var servers = Processes
            .All()
            .Where(process =>
                Processes.CommandLine(process).Contains($"dcp start-apiserver --monitor {appHost} ", StringComparison.Ordinal)
            );
        return [.. servers.SelectMany(server => (IEnumerable<ProcessIdentity>)[server, .. Processes.Descendants(server.Id)])];
    }

    /// <summary>Those whose command line has a part, of a platform in this process.</summary>
    public static ProcessIdentity[] Running(string part) =>
        [.. Of(Environment.ProcessId).Where(process => Processes.CommandLine(process).Contains(part, StringComparison.Ordinal))];
}
