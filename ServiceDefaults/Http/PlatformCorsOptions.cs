using Microsoft.Extensions.Options;

namespace EmbedPlatform.ServiceDefaults.Http;

/// <summary>Configuration section <c>Cors</c>: the web pages that may call the service from a browser.</summary>
public sealed class PlatformCorsOptions
{
    public const string SectionName = "Cors";

    /// <summary>The origins whose pages may call from a browser, such as <c>https://shop.example:8443</c>; <c>*</c> allows all.</summary>
    public IList<string> Origins { get; } = [];
}

internal sealed class CorsOptionsValidator : IValidateOptions<PlatformCorsOptions>
{
    public ValidateOptionsResult Validate(string? name, PlatformCorsOptions options)
    {
        var errors = options
            .Origins.Select((origin, i) => (Origin: origin, i))
            .Where(entry => !IsOrigin(entry.Origin))
            .Select(entry =>
                $"{PlatformCorsOptions.SectionName}:Origins:{entry.i} must be * or an origin without a path, "
                + "such as https://shop.example:8443"
            )
            .ToArray();
        return errors.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static bool IsOrigin(string origin) =>
        origin == "*"
        || (
            Uri.TryCreate(origin, UriKind.Absolute, out var uri)
            && uri.Scheme is ("http" or "https")
            && origin.Equals(uri.GetLeftPart(UriPartial.Authority), StringComparison.OrdinalIgnoreCase)
        );
}
