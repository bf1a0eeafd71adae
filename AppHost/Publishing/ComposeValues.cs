using System.Globalization;
using Aspire.Hosting.ApplicationModel;

namespace EmbedPlatform.AppHost.Publishing;

/// <summary>Values of the graph as text of a Compose file, and the variables they use, in order of first use.</summary>
internal sealed class ComposeValues
{
    private readonly Dictionary<string, ComposeVariable> _variables = [];

    /// <summary>The variables of every value so far.</summary>
    public IReadOnlyCollection<ComposeVariable> Variables => _variables.Values;

    /// <summary>A value as text. Literal dollar signs are doubled, because Compose reads a single one as a variable.</summary>
    /// <exception cref="RefusedException">The value has no counterpart in a Compose file.</exception>
    public string Text(object value) =>
        value switch
        {
            string text => text.Replace("$", "$$", StringComparison.Ordinal),
            ComposeVariable variable => Use(variable),
            IResourceBuilder<IResource> builder => Text(builder.Resource),
            ParameterResource parameter => Use(ComposeVariable.Of(parameter)),
            EndpointReference endpoint => Text(endpoint.Property(EndpointProperty.Url)),
            EndpointReferenceExpression property => Property(property),
            ReferenceExpression expression => Expression(expression),
            ConnectionStringReference reference => Text(reference.Resource),
            IResourceWithConnectionString resource => Text(resource.ConnectionStringExpression),
            bool or int or long or double or Enum => Convert.ToString(value, CultureInfo.InvariantCulture)!,
            _ => throw new RefusedException($"a value of type {value.GetType().Name} cannot be written into a Compose file"),
        };

    /// <summary>The port that an endpoint's container listens on.</summary>
    /// <exception cref="RefusedException">The graph does not define it.</exception>
    public static int ContainerPort(EndpointAnnotation endpoint, IResource resource) =>
        endpoint.TargetPort ?? throw new RefusedException($"endpoint {endpoint.Name} of {resource.Name} has no target port");

    private string Expression(ReferenceExpression expression)
    {
        if (expression.IsConditional)
        {
            var isMet = string.Equals(Text(expression.Condition!), expression.MatchValue, StringComparison.OrdinalIgnoreCase);
            return Text(isMet ? expression.WhenTrue! : expression.WhenFalse!);
        }

        return string.Format(
            CultureInfo.InvariantCulture,
            expression.Format.Replace("$", "$$", StringComparison.Ordinal),
            [.. expression.ValueProviders.Select(Text)]
        );
    }

    private static string Property(EndpointReferenceExpression reference)
    {
        var resource = reference.Endpoint.Resource;
        var endpoint =
            resource.Annotations.OfType<EndpointAnnotation>().SingleOrDefault(one => one.Name == reference.Endpoint.EndpointName)
            ?? throw new RefusedException($"{resource.Name} has no endpoint {reference.Endpoint.EndpointName}");
        var port = ContainerPort(endpoint, resource);
        return reference.Property switch
        {
            EndpointProperty.Url => $"{endpoint.UriScheme}://{resource.Name}:{port}",
            EndpointProperty.Host or EndpointProperty.IPV4Host => resource.Name,
            EndpointProperty.Port or EndpointProperty.TargetPort => $"{port}",
            EndpointProperty.HostAndPort => $"{resource.Name}:{port}",
            EndpointProperty.Scheme => endpoint.UriScheme,
            EndpointProperty.TlsEnabled => $"{endpoint.TlsEnabled}",
            var other => throw new RefusedException(
                $"{other} of endpoint {endpoint.Name} of {resource.Name} cannot be written into a Compose file"
            ),
        };
    }

    private string Use(ComposeVariable variable)
    {
        if (variable.Default is { } text && text.AsSpan().ContainsAny("$}\n"))
        {
            throw new RefusedException($"the default of {variable.Name} has a character that is not allowed in Compose variables: {text}");
        }

        if (!_variables.TryAdd(variable.Name, variable) && _variables[variable.Name] != variable)
        {
            throw new RefusedException($"two different variables have the name {variable.Name}");
        }

        return variable.Placeholder;
    }
}
