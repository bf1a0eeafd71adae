using System.Text.RegularExpressions;
using EmbedPlatform.ServiceDefaults.Http;

namespace EmbedPlatform.SearchApi.Tenants;

/// <summary>Reads the tenant from the <c>X-Tenant</c> header.</summary>
internal static partial class TenantMiddleware
{
    public const string Header = "X-Tenant";

    /// <summary>
    /// Sets the <see cref="TenantContext"/> of every request. An invalid header is a 400 and never falls back to another tenant.
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
                            "must be one key of 1 to 63 of a-z, A-Z, 0-9, '.', _ and -, starting with a letter or digit"
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
