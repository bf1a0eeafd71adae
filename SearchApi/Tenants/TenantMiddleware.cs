using System.Text.RegularExpressions;
using EmbedPlatform.ServiceDefaults.Http;

namespace EmbedPlatform.SearchApi.Tenants;

/// <summary>Reads the tenant of a request out of its <c>X-Tenant</c> header.</summary>
internal static partial class TenantMiddleware
{
    /// <summary>The header that names the tenant.</summary>
    public const string Header = "X-Tenant";

    /// <summary>
    /// Sets the <see cref="TenantContext"/> of every request. A header that is no tenant's key is a 400, never nobody's data.
    /// </summary>
    public static IApplicationBuilder UseTenants(this IApplicationBuilder app) =>
        app.Use(
            (http, next) =>
            {
                if (http.Request.Headers.TryGetValue(Header, out var values))
                {
                    if (values is not [{ } tenant] || !KeyRule().IsMatch(tenant))
                    {
                        throw new InvalidHeaderException(
                            Header,
                            "must be one key of 1 to 63 of a-z, A-Z, 0-9, '.', _ and -, which starts with a letter or digit"
                        );
                    }

                    http.RequestServices.GetRequiredService<TenantContext>().Set(tenant);
                }

                return next(http);
            }
        );

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}\z", RegexOptions.CultureInvariant)]
    private static partial Regex KeyRule();
}
