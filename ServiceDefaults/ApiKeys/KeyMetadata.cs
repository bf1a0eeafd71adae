using Microsoft.AspNetCore.Builder;

namespace EmbedPlatform.ServiceDefaults.ApiKeys;

internal sealed record KeyScope(string Scope);

internal sealed record NoKey;

/// <summary>Says what a key must open to call routes.</summary>
public static class KeyScopeExtensions
{
    /// <summary>Makes routes need a key with a scope, where the service needs keys at all; instead of the service's own scope.</summary>
    /// <param name="routes">The routes.</param>
    /// <param name="scope">One of <see cref="KeyScopes"/>.</param>
    public static TBuilder RequireKeyScope<TBuilder>(this TBuilder routes, string scope)
        where TBuilder : IEndpointConventionBuilder
    {
        routes.Add(endpoint => endpoint.Metadata.Add(new KeyScope(scope)));
        return routes;
    }

    /// <summary>Makes routes answer without a key.</summary>
    /// <param name="routes">The routes.</param>
    public static TBuilder WithoutKey<TBuilder>(this TBuilder routes)
        where TBuilder : IEndpointConventionBuilder
    {
        routes.Add(endpoint => endpoint.Metadata.Add(new NoKey()));
        return routes;
    }
}
