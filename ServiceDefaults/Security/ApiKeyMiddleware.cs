using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace EmbedPlatform.ServiceDefaults.Security;

/// <param name="serviceScope">The scope of routes without a scope of their own; null: any key.</param>
internal sealed class ApiKeyMiddleware(RequestDelegate next, KeyRing keys, string? serviceScope)
{
    private const string KeyHeader = "X-Api-Key";
    private const string Bearer = "Bearer ";

    public Task InvokeAsync(HttpContext context)
    {
        // A request without a route ends as 404, which needs no key.
        if (context.GetEndpoint() is not { } endpoint || endpoint.Metadata.GetMetadata<AllowsAnonymous>() is not null)
        {
            return next(context);
        }

        if (keys.Find(KeyOf(context.Request.Headers)) is not { } key)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return TypedResults
                .Problem(
                    $"Send a valid API key as 'Authorization: Bearer' or '{KeyHeader}'.",
                    statusCode: StatusCodes.Status401Unauthorized
                )
                .ExecuteAsync(context);
        }

        var scope = endpoint.Metadata.GetMetadata<KeyScope>()?.Scope ?? serviceScope;
        Activity.Current?.SetTag("api_key.name", key.Name);
        return key.Grants(scope)
            ? next(context)
            : TypedResults
                .Problem($"The API key lacks the scope '{scope}'.", statusCode: StatusCodes.Status403Forbidden)
                .ExecuteAsync(context);
    }

    private static string KeyOf(IHeaderDictionary headers)
    {
        if (headers.TryGetValue(KeyHeader, out var key))
        {
            return key.ToString();
        }

        var authorization = headers[HeaderNames.Authorization].ToString();
        return authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? authorization[Bearer.Length..].Trim() : "";
    }
}
