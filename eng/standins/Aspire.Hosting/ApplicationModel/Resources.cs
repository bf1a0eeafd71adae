using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.ApplicationModel;

public class ProjectResource(string name)
    : Resource(name), IResourceWithEnvironment, IResourceWithArgs, IResourceWithServiceDiscovery, IResourceWithWaitSupport;

public class ExecutableResource(string name, string command, string workingDirectory)
    : Resource(name), IResourceWithEnvironment, IResourceWithArgs, IResourceWithEndpoints, IResourceWithWaitSupport
{
    public string Command { get; } = command;

    public string WorkingDirectory { get; } = workingDirectory;
}

public class ConnectionStringResource(string name, ReferenceExpression connectionStringExpression)
    : Resource(name), IResourceWithConnectionString, IResourceWithWaitSupport
{
    public ReferenceExpression ConnectionStringExpression { get; } = connectionStringExpression;
}

/// <summary>A connection string that is read from the AppHost's configuration, section <c>ConnectionStrings</c>.</summary>
internal sealed class ConfiguredConnectionStringResource(string name, IConfiguration configuration, string? environmentVariable)
    : Resource(name), IResourceWithConnectionString
{
    public string? ConnectionStringEnvironmentVariable { get; } = environmentVariable;

    public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create($"{new Configured(Name, configuration)}");

    private sealed class Configured(string name, IConfiguration configuration) : IValueProvider, IManifestExpressionProvider
    {
        public string ValueExpression => $"{{{name}.value}}";

        public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) =>
            new(configuration.GetConnectionString(name) ?? throw new MissingParameterValueException(
                $"Connection string parameter resource could not be used because connection string '{name}' is missing."));
    }
}
