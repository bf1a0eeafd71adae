using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;

namespace EmbedPlatform.Architecture.Tests.Options;

/// <summary>A row of the options table.</summary>
internal sealed record OptionRow(string Name, string Type, string Default, string Range, string Meaning)
{
    private const string Nothing = "none";

    /// <summary>The rows of an options class, with the names that configuration has for them.</summary>
    /// <param name="type">The class, whose defaults are those of a new instance.</param>
    /// <param name="section">The section it is bound to; empty for the root.</param>
    /// <param name="documentation">The documentation of its properties.</param>
    public static IEnumerable<OptionRow> Of(Type type, string section, SourceDocumentation documentation)
    {
        var defaults = Activator.CreateInstance(type);
        foreach (var property in type.GetProperties().Where(IsOption))
        {
            var (name, value) = (section.Length == 0 ? property.Name : $"{section}:{property.Name}", property.GetValue(defaults));
            var kind = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            if (ElementOf(kind) is { } element && IsGroup(element))
            {
                foreach (var row in Of(element, $"{name}:0", documentation))
                {
                    yield return row;
                }
            }
            else if (IsGroup(kind))
            {
                // A group's documentation stands for that of its options.
                var (meaning, standing) = (documentation.SummaryOf(property), documentation.DefaultOf(property));
                foreach (var row in Of(kind, name, documentation))
                {
                    yield return standing is null ? row : row with { Default = standing, Meaning = meaning };
                }
            }
            else
            {
                yield return new OptionRow(
                    name + Suffix(kind),
                    TypeName(kind),
                    documentation.DefaultOf(property) ?? Format(value),
                    RangeOf(property, kind),
                    documentation.SummaryOf(property)
                );
            }
        }
    }

    // Collections are bound through their getters; a property without a setter is else computed.
    private static bool IsOption(PropertyInfo property) =>
        property.GetIndexParameters().Length == 0
        && (property.SetMethod is { IsPublic: true } || ElementOf(property.PropertyType) is not null);

    private static bool IsGroup(Type type) =>
        type.IsClass && type.Namespace?.StartsWith("EmbedPlatform.", StringComparison.Ordinal) == true;

    private static Type? ElementOf(Type type) =>
        type == typeof(string) || !typeof(IEnumerable).IsAssignableFrom(type) ? null
        : type.IsArray ? type.GetElementType()
        : type.GetGenericArguments()[^1];

    private static string Suffix(Type type) =>
        typeof(IDictionary).IsAssignableFrom(type) ? ":{name}"
        : ElementOf(type) is not null ? ":0"
        : "";

    private static string TypeName(Type type) =>
        (ElementOf(type) ?? type) switch
        {
            { IsEnum: true } => "choice",
            var one when one == typeof(bool) => "boolean",
            var one when one == typeof(int) || one == typeof(long) => "integer",
            var one when one == typeof(double) => "number",
            var one when one == typeof(TimeSpan) => "duration",
            var one when one == typeof(string) => "text",
            var one => throw new NotSupportedException($"The options table has no name for {one}."),
        };

    private static string RangeOf(PropertyInfo property, Type type) =>
        property.GetCustomAttribute<RangeAttribute>() is { } range ? Describe(range)
        : type.IsEnum ? string.Join(", ", Enum.GetNames(type).Select(name => name.ToLowerInvariant()))
        : property.GetCustomAttribute<RequiredAttribute>() is not null ? "not empty"
        : "";

    private static string Describe(RangeAttribute range) =>
        range.Maximum is int.MaxValue
            ? $"from {Format(range.Minimum)}"
            : string.Create(CultureInfo.InvariantCulture, $"{range.Minimum} to {range.Maximum}");

    private static string Format(object? value) =>
        value switch
        {
            null or "" or ICollection { Count: 0 } => Nothing,
            true => "true",
            false => "false",
            // 00:00:00.0500000
            TimeSpan { Milliseconds: > 0 } time => time.ToString("c", CultureInfo.InvariantCulture).TrimEnd('0'),
            Enum name => name.ToString().ToLowerInvariant(),
            _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };
}
