using Microsoft.Extensions.Options;

namespace EmbedPlatform.ServiceDefaults.Cors;

/// <summary>Which web pages may call a service from a browser; bound from the configuration section <c>Cors</c>.</summary>
public sealed class PlatformCorsOptions
{
    /// <summary>The name of the configuration section.</summary>
    public const string SectionName = "Cors";

    /// <summary>The origins, such as <c>https://shop.example:8443</c>, or <c>*</c> for all; none: no page of another origin.</summary>
    public IList<string> Origins { get; } = [];
}

internal sealed class CorsOptionsValidator : IValidateOptions<PlatformCorsOptions>
{
    public ValidateOptionsResult Validate(string? name, PlatformCorsOptions options)
    {
        var wrong = options.Origins.Select((origin, i) => (Origin: origin, i)).Where(entry => !IsOrigin(entry.Origin))
            .Select(entry => $"{PlatformCorsOptions.SectionName}:Origins:{entry.i} must be * or an origin without a path, such as https://shop.example:8443")
            .ToArray();
        return wrong.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }

    private static bool IsOrigin(string origin) =>
        origin == "*"
        || (Uri.TryCreate(origin, UriKind.Absolute, out var uri)
            && uri.Scheme is ("http" or "https")
            && origin.Equals(uri.GetLeftPart(UriPartial.Authority), StringComparison.OrdinalIgnoreCase));
}
