using System.Collections;
using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.ServiceDefaults.Configuration;

// Logs the effective options at startup, one line per section, with secrets hidden.
internal sealed partial class OptionsReport(
    IServiceCollection registered,
    IServiceProvider services,
    IConfiguration configuration,
    ILogger<OptionsReport> logger
) : IHostedService
{
    private const string Suffix = "Options";

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (logger.IsEnabled(LogLevel.Information))
        {
            foreach (var (section, values) in Sections())
            {
                LogSection(section, values);
            }
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    internal IEnumerable<(string Section, string Values)> Sections()
    {
        var own = registered
            .Select(service => service.ServiceType)
            .Where(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IConfigureOptions<>))
            .Select(type => type.GetGenericArguments()[0])
            .Where(type =>
                type.Namespace?.StartsWith("EmbedPlatform.", StringComparison.Ordinal) == true
                && type.Name.EndsWith(Suffix, StringComparison.Ordinal)
            )
            .Distinct()
            .Select(type => (SectionOf(type), Describe(ValueOf(type))));
        var connections = configuration
            .GetSection("ConnectionStrings")
            .GetChildren()
            .Where(connection => connection.Value is not null)
            .Select(connection => $"{connection.Key}={Secrets.Hide(connection.Value!)}")
            .ToArray();
        return own.Concat(connections.Length == 0 ? [] : [("ConnectionStrings", string.Join(' ', connections))])
            .OrderBy(section => section.Item1, StringComparer.Ordinal);
    }

    private static string SectionOf(Type type) =>
        type.GetField("SectionName")?.GetRawConstantValue() as string ?? type.Name[..^Suffix.Length];

    private static string Describe(object options) =>
        string.Join(
            ' ',
            options
                .GetType()
                .GetProperties()
                .Where(property => property.GetIndexParameters().Length == 0 && property.GetMethod?.IsPublic == true)
                .Select(property =>
                    $"{property.Name}={(Secrets.IsName(property.Name) ? Secrets.Hidden : Format(property.GetValue(options)))}"
                )
        );

    private static string Format(object? value) =>
        value switch
        {
            null => "(none)",
            string text => text.Length == 0 ? "(empty)" : Secrets.Hide(text),
            IDictionary map => $"[{string.Join(", ", map.Keys.Cast<object>().Select(key => FormatEntry($"{key}", map[key])))}]",
            IEnumerable list => $"[{string.Join(", ", list.Cast<object?>().Select(Format))}]",
            IFormattable plain => plain.ToString(null, CultureInfo.InvariantCulture),
            bool flag => flag ? "true" : "false",
            _ => $"{{{Describe(value)}}}",
        };

    private static string FormatEntry(string key, object? value) => $"{key}: {(Secrets.IsName(key) ? Secrets.Hidden : Format(value))}";

    private object ValueOf(Type type)
    {
        var options = services.GetRequiredService(typeof(IOptions<>).MakeGenericType(type));
        return options.GetType().GetProperty(nameof(IOptions<>.Value))!.GetValue(options)!;
    }

    [LoggerMessage(LogLevel.Information, "Options of {Section}: {Values}")]
    private partial void LogSection(string section, string values);
}
