using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Execution;

/// <summary>Turns a resource of the graph into a process to start: its command line, and the variables that Aspire injects.</summary>
internal sealed class Launch(DistributedApplicationExecutionContext executionContext, Telemetry telemetry)
{
    public async Task<LaunchSpec> PrepareAsync(IResource resource, CancellationToken cancellationToken)
    {
        var arguments = await ArgumentsAsync(resource, cancellationToken);
        return resource switch
        {
            ProjectResource project => Project(project, arguments, await EnvironmentAsync(project, Injected(project), cancellationToken)),
            ExecutableResource executable => new LaunchSpec(
                executable.Command, arguments, executable.WorkingDirectory, await EnvironmentAsync(executable, [], cancellationToken)),
            _ => throw new DistributedApplicationException($"Resource '{resource.Name}' is no process."),
        };
    }

    private static LaunchSpec Project(ProjectResource project, List<string> arguments, Dictionary<string, string> environment)
    {
        var metadata = project.Annotations.OfType<ProjectMetadataAnnotation>().Single().Metadata;
        var assembly = metadata.AssemblyPath
            ?? throw new DistributedApplicationException($"Project '{project.Name}' does not say where its built assembly lies.");
        return new LaunchSpec(DotnetHost(), [assembly, .. arguments], Path.GetDirectoryName(metadata.ProjectPath)!, environment);
    }

    private static string DotnetHost() =>
        Environment.ProcessPath is { } own && Path.GetFileNameWithoutExtension(own) == "dotnet"
            ? own
            : Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host ? host : "dotnet";

    private Dictionary<string, object> Injected(ProjectResource project)
    {
        var injected = telemetry.For(project.Name);
        var urls = project.Annotations.OfType<EndpointAnnotation>().Where(e => e.UriScheme is "http" or "https").Select(e => e.AllocatedEndpoint!.UriString).ToArray();
        if (urls.Length > 0)
        {
            injected["ASPNETCORE_URLS"] = string.Join(';', urls);
        }

        return injected;
    }

    private async Task<Dictionary<string, string>> EnvironmentAsync(IResource resource, Dictionary<string, object> variables, CancellationToken cancellationToken)
    {
        var context = new EnvironmentCallbackContext(executionContext, variables, cancellationToken);
        foreach (var annotation in resource.Annotations.OfType<EnvironmentCallbackAnnotation>())
        {
            await annotation.Callback(context);
        }

        var environment = new Dictionary<string, string>(variables.Count);
        foreach (var (name, value) in variables)
        {
            environment[name] = await TextAsync(value, cancellationToken);
        }

        return environment;
    }

    private static async Task<List<string>> ArgumentsAsync(IResource resource, CancellationToken cancellationToken)
    {
        var context = new CommandLineArgsCallbackContext([], cancellationToken);
        foreach (var annotation in resource.Annotations.OfType<CommandLineArgsCallbackAnnotation>())
        {
            await annotation.Callback(context);
        }

        var arguments = new List<string>(context.Args.Count);
        foreach (var argument in context.Args)
        {
            arguments.Add(await TextAsync(argument, cancellationToken));
        }

        return arguments;
    }

    private static async ValueTask<string> TextAsync(object value, CancellationToken cancellationToken) =>
        value is IValueProvider provider ? await provider.GetValueAsync(cancellationToken) ?? "" : value.ToString() ?? "";
}
