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

    // "`Search:Fused:Lexical`, `:Dense`": what begins with a colon follows the name before it.
    internal static HashSet<string> Read(string markdown)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var row in markdown.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)))
        {
            var previous = "";
            foreach (var name in Code().Matches(row.Split(" | ", 2)[0]).Select(match => match.Groups[1].Value))
            {
                previous = name.StartsWith(':') ? previous[..previous.LastIndexOf(':')] + name : name;
                names.Add(previous);
            }
        }

        return names;
    }

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex(@":\d+(?=:|$)")]
    private static partial Regex Index();
}
