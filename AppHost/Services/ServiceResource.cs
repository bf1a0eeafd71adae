using Aspire.Hosting.ApplicationModel;

namespace EmbedPlatform.AppHost.Services;

/// <summary>
/// A service of this repository: its built program in a run, an image in a published graph. A project resource would run under
/// <c>dotnet run</c>, a wrapper of 130 MB that leaves the service behind when it is killed.
/// </summary>
internal sealed class ServiceResource(string name, string program, string folder)
    : ExecutableResource(name, program, folder),
        IResourceWithServiceDiscovery;
