using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace EmbedPlatform.AppHost.Publishing;

/// <summary>Writes a graph as a Compose file: each container is a service with its references, mounts, endpoints and waits.</summary>
/// <param name="folder">The file's folder, the base of its relative paths.</param>
/// <param name="context">The publishing context, in which the graph's callbacks run.</param>
internal sealed class ComposeWriter(string folder, DistributedApplicationExecutionContext context)
{
    private const string Inside = "inside";
    private const string Edge = "edge";

    private static readonly ComposeVariable ImagePrefix = new(
        "IMAGE_PREFIX",
        "embedplatform",
        "The prefix of the built images: <prefix>/embed:<tag> and so on."
    );
    private static readonly ComposeVariable ImageTag = new("IMAGE_TAG", "latest", "The tag of the built images.");

    private readonly ComposeValues _values = new();

    /// <summary>The variables that the file uses.</summary>
    public IReadOnlyCollection<ComposeVariable> Variables => _values.Variables;

    /// <summary>Converts a graph.</summary>
    /// <param name="project">The project's name, which Docker puts before the names of containers and volumes.</param>
    /// <param name="graph">The graph.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="RefusedException">A resource has no counterpart in a Compose file.</exception>
    public async Task<ComposeFile> WriteAsync(string project, DistributedApplicationModel graph, CancellationToken cancellationToken)
    {
        var containers = graph.Resources.Where(IsContainer).ToDictionary(resource => resource.Name);
        var file = new ComposeFile { Name = project };
        foreach (var (name, resource) in containers)
        {
            file.Services.Add(name, await ServiceAsync(resource, containers, cancellationToken));
        }

        foreach (var volume in containers.Values.SelectMany(Mounts).Where(mount => mount.Type == ContainerMountType.Volume))
        {
            file.Volumes.TryAdd(volume.Source!, new ComposeVolume());
        }

        // The inner network has no outbound access, so documents stay on the machine.
        file.Networks.Add(Inside, new ComposeNetwork(Internal: true));
        file.Networks.Add(Edge, new ComposeNetwork());
        return file;
    }

    private static bool IsContainer(IResource resource) =>
        resource switch
        {
            _ when !resource.HasAnnotationOfType<ContainerSettings>() && resource.IsExcludedFromPublish() => false,
            _ when resource.IsContainer() => true,
            ProjectResource or ExecutableResource => throw new RefusedException(
                $"{resource.Name} has no image: a Compose file can only hold containers"
            ),
            _ => false,
        };

    private async Task<ComposeService> ServiceAsync(
        IResource resource,
        Dictionary<string, IResource> containers,
        CancellationToken cancellationToken
    )
    {
        var settings = Settings(resource);
        var configuration = await ExecutionConfigurationBuilder
            .Create(resource)
            .WithArgumentsConfig()
            .WithEnvironmentVariablesConfig()
            .BuildAsync(context, cancellationToken: cancellationToken);
        if (configuration.Exception is { } failure)
        {
            throw failure;
        }

        var endpoints = resource.Annotations.OfType<EndpointAnnotation>().ToList();
        var dependencies = Dependencies(resource, containers);
        var isOpen = endpoints.Any(endpoint => endpoint.IsExternal);
        return new ComposeService
        {
            Profiles = settings.Profile is { } profile ? [profile] : [],
            Image = Image(resource),
            Build = Build(resource),
            Entrypoint = (resource as ContainerResource)?.Entrypoint is { } entrypoint ? [entrypoint] : [],
            Command = [.. configuration.ArgumentsWithUnprocessed.Select(argument => _values.Text(argument.Unprocessed))],
            Restart = containers.Values.Any(other => WaitsFor(other, resource, WaitType.WaitForCompletion)) ? "no" : "unless-stopped",
            User = settings.User,
            ReadOnly = settings.IsLockedDown ? true : null,
            CapDrop = settings.IsLockedDown ? ["ALL"] : [],
            SecurityOpt = ["no-new-privileges:true"],
            Tmpfs = settings.MemoryFolders,
            ShmSize = settings.SharedMemory,
            StopGracePeriod = settings.StopGrace is { } grace ? Seconds(grace) : null,
            Environment = configuration.EnvironmentVariablesWithUnprocessed.ToDictionary(
                variable => variable.Key,
                variable => _values.Text(variable.Value.Unprocessed)
            ),
            Ports = [.. endpoints.Where(endpoint => endpoint.IsExternal).Select(endpoint => Port(resource, endpoint))],
            Volumes = [.. Mounts(resource).Select(Volume)],
            Networks =
            [
                .. !settings.ReachesOut || endpoints.Count + dependencies.Count > 0 ? (string[])[Inside] : [],
                .. isOpen || settings.ReachesOut ? (string[])[Edge] : [],
            ],
            DependsOn = dependencies,
            Healthcheck = settings.Health is { } health
                ? new ComposeHealthcheck(health.Test, Seconds(health.Interval), "5s", health.Retries, Seconds(health.StartPeriod))
                : null,
            Deploy = settings.Limits is { } limits
                ? new ComposeDeploy(new ComposeResources(new ComposeLimits(_values.Text(limits.Cpus), _values.Text(limits.Memory))))
                : null,
        };
    }

    private string Image(IResource resource) =>
        resource.TryGetLastAnnotation<DockerfileBuildAnnotation>(out var build)
            ? $"{_values.Text(ImagePrefix)}/{build.Stage ?? resource.Name}:{_values.Text(ImageTag)}"
        : resource.TryGetContainerImageName(out var image) ? image
        : throw new RefusedException($"{resource.Name} has no image");

    private ComposeBuild? Build(IResource resource)
    {
        if (!resource.TryGetLastAnnotation<DockerfileBuildAnnotation>(out var build))
        {
            return null;
        }

        if (build.DockerfileFactory is not null || build.BuildSecrets.Count > 0)
        {
            throw new RefusedException(
                $"the image of {resource.Name} has a generated Dockerfile or build secrets, which cannot be written into a Compose file"
            );
        }

        var arguments = build.BuildArguments.ToDictionary(argument => argument.Key, argument => _values.Text(argument.Value ?? ""));
        return new ComposeBuild(
            Relative(folder, build.ContextPath),
            Relative(build.ContextPath, build.DockerfilePath),
            build.Stage,
            arguments
        );
    }

    // One address per open endpoint: a loopback address unless .env sets another.
    private string Port(IResource resource, EndpointAnnotation endpoint)
    {
        var inside = ComposeValues.ContainerPort(endpoint, resource);
        var prefix = resource.Name.Replace('-', '_').ToUpperInvariant();
        var variable = endpoint.Name is "http" or "tcp"
            ? $"{prefix}_LISTEN"
            : $"{prefix}_{endpoint.Name.Replace('-', '_').ToUpperInvariant()}_LISTEN";
        var address = new ComposeVariable(
            variable,
            $"127.0.0.1:{endpoint.Port ?? inside}",
            $"The address of {resource.Name} on this machine; put a reverse proxy with TLS in front of it."
        );
        return $"{_values.Text(address)}:{inside}";
    }

    private string Volume(ContainerMountAnnotation mount)
    {
        // Without the dot Compose would read a file or folder as a volume's name.
        var source = mount.Type == ContainerMountType.Volume ? mount.Source! : $"./{Relative(folder, mount.Source!)}";
        return $"{source}:{mount.Target}{(mount.IsReadOnly ? ":ro" : "")}";
    }

    private static Dictionary<string, ComposeDependency> Dependencies(IResource resource, Dictionary<string, IResource> containers)
    {
        var dependencies = new Dictionary<string, ComposeDependency>();
        foreach (var wait in resource.Annotations.OfType<WaitAnnotation>())
        {
            // A database is part of its server; resources that are not containers run elsewhere.
            if (!containers.TryGetValue(Container(wait.Resource).Name, out var other))
            {
                continue;
            }

            dependencies[other.Name] = new ComposeDependency(
                wait.WaitType switch
                {
                    WaitType.WaitForCompletion => "service_completed_successfully",
                    WaitType.WaitUntilHealthy when Settings(other).Health is not null => "service_healthy",
                    _ => "service_started",
                }
            );
        }

        return dependencies;
    }

    private static bool WaitsFor(IResource resource, IResource other, WaitType kind) =>
        resource.Annotations.OfType<WaitAnnotation>().Any(wait => wait.WaitType == kind && Container(wait.Resource).Name == other.Name);

    private static IResource Container(IResource resource) => resource is IResourceWithParent child ? Container(child.Parent) : resource;

    private static ContainerSettings Settings(IResource resource) =>
        resource.TryGetLastAnnotation<ContainerSettings>(out var settings) ? settings : new ContainerSettings();

    private static IEnumerable<ContainerMountAnnotation> Mounts(IResource resource)
    {
        foreach (var mount in resource.Annotations.OfType<ContainerMountAnnotation>())
        {
            yield return mount.Source is null ? throw new RefusedException($"a volume of {resource.Name} has no name") : mount;
        }
    }

    private static string Relative(string from, string to) =>
        Path.GetRelativePath(Path.GetFullPath(from), Path.GetFullPath(to)).Replace('\\', '/');

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalSeconds}s");
}
