using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace EmbedPlatform.ServiceDefaults.ApiKeys;

/// <param name="next">The rest of the service.</param>
/// <param name="keys">The keys it knows.</param>
/// <param name="serviceScope">What routes need that name no scope of their own; null: any key.</param>
internal sealed class ApiKeyMiddleware(RequestDelegate next, KeyRing keys, string? serviceScope)
{
    private const string KeyHeader = "X-Api-Key";
    private const string Bearer = "Bearer ";

    public Task InvokeAsync(HttpContext context)
    {
        // Without a route there is nothing to protect; the 404 needs no key.
        if (context.GetEndpoint() is not { } endpoint || endpoint.Metadata.GetMetadata<NoKey>() is not null)
        {
            return next(context);
        }

        if (keys.Find(Presented(context.Request.Headers)) is not { } key)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return TypedResults.Problem(
                $"A known API key is needed, as Authorization: Bearer or {KeyHeader}.", statusCode: StatusCodes.Status401Unauthorized).ExecuteAsync(context);
        }

        var scope = endpoint.Metadata.GetMetadata<KeyScope>()?.Scope ?? serviceScope;
        Activity.Current?.SetTag("api_key.name", key.Name);
        return key.Opens(scope)
            ? next(context)
            : TypedResults.Problem($"The API key has not the scope {scope}.", statusCode: StatusCodes.Status403Forbidden).ExecuteAsync(context);
    }

    private static string Presented(IHeaderDictionary headers)
    {
        if (headers.TryGetValue(KeyHeader, out var key))
        {
            return key.ToString();
        }

        var authorization = headers[HeaderNames.Authorization].ToString();
        return authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? authorization[Bearer.Length..].Trim() : "";
    }
}
