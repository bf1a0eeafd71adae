using Microsoft.AspNetCore.Builder;

namespace EmbedPlatform.ServiceDefaults.Security;

internal sealed record KeyScope(string Scope);

internal sealed record AllowsAnonymous;

public static class KeyScopeExtensions
{
    /// <summary>Overrides the service's scope, one of <see cref="KeyScopes"/>. Without effect if the service needs no keys.</summary>
    public static TBuilder RequireKeyScope<TBuilder>(this TBuilder routes, string scope)
        where TBuilder : IEndpointConventionBuilder
    {
        routes.Add(endpoint => endpoint.Metadata.Add(new KeyScope(scope)));
        return routes;
    }

    public static TBuilder WithoutKey<TBuilder>(this TBuilder routes)
        where TBuilder : IEndpointConventionBuilder
    {
        routes.Add(endpoint => endpoint.Metadata.Add(new AllowsAnonymous()));
        return routes;
    }
}
