using System.Text.RegularExpressions;
using EmbedPlatform.TestKit;

namespace EmbedPlatform.Deploy.Tests;

/// <summary>The options that docs/configuration.md has in its tables.</summary>
internal static partial class DocumentedOptions
{
    // Not the platform's own: read by OpenTelemetry's SDK, by the runtime and by ASP.NET Core.
    private static readonly HashSet<string> Foreign = ["OTEL_SERVICE_NAME", "DOTNET_GCHeapHardLimitPercent"];

    private static readonly HashSet<string> Names = Read(File.ReadAllText(Repository.PathOf("docs", "configuration.md")));

    /// <summary>
    /// Whether an environment variable sets an option that exists; <c>__</c> stands for <c>:</c>, any index for the first one.
    /// </summary>
    public static bool Has(string variable) =>
        Foreign.Contains(variable) || Names.Contains(Index().Replace(variable.Replace("__", ":", StringComparison.Ordinal), ":0"));

    private static HashSet<string> Read(string markdown) =>
        Row().Matches(markdown).Select(match => match.Groups[1].Value).ToHashSet(StringComparer.OrdinalIgnoreCase);

    [GeneratedRegex("^\\| `([^`]+)` \\|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@":\d+(?=:|$)")]
    private static partial Regex Index();
}
