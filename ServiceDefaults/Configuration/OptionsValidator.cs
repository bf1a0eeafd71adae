using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.ServiceDefaults.Configuration;

/// <summary>Checks the names in a section and the values of its options, and names each by its full path.</summary>
internal sealed class OptionsValidator<TOptions>(
    IConfiguration configuration,
    string section,
    IReadOnlyDictionary<string, string> renamed,
    Func<IConfigurationSection, bool> isForeign
) : IValidateOptions<TOptions>
    where TOptions : class
{
    public ValidateOptionsResult Validate(string? name, TOptions options)
    {
        var path = string.IsNullOrEmpty(name) ? section : $"{section}:{name}";
        string[] errors = [.. UnknownNames(configuration.GetSection(path), typeof(TOptions)), .. InvalidValues(path, options)];
        return errors.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private IEnumerable<string> UnknownNames(IConfigurationSection parent, Type type)
    {
        foreach (var child in parent.GetChildren())
        {
            if (type.GetProperties().FirstOrDefault(one => IsNamed(one, child.Key)) is { } property)
            {
                foreach (var error in UnknownNamesBelow(child, property.PropertyType))
                {
                    yield return error;
                }
            }
            else if (type == typeof(TOptions) && renamed.TryGetValue(child.Key, out var current))
            {
                yield return $"{child.Path} is now {parent.Path}:{current}";
            }
            else if (type != typeof(TOptions) || !isForeign(child))
            {
                yield return $"{child.Path} is not an option; docs/configuration.md lists all of them";
            }
        }
    }

    private IEnumerable<string> UnknownNamesBelow(IConfigurationSection value, Type type) =>
        IsGroup(type) ? UnknownNames(value, type)
        : type.IsGenericType && type.GetGenericArguments() is [var element] && IsGroup(element)
            ? value.GetChildren().SelectMany(child => UnknownNames(child, element))
        : [];

    private static IEnumerable<string> InvalidValues(string path, object options)
    {
        foreach (var property in options.GetType().GetProperties().Where(property => property.GetIndexParameters().Length == 0))
        {
            var (name, value) = ($"{path}:{property.Name}", property.GetValue(options));
            foreach (var rule in property.GetCustomAttributes<ValidationAttribute>().Where(rule => !rule.IsValid(value)))
            {
                yield return Describe(name, value, rule);
            }

            foreach (var error in value is not null && IsGroup(property.PropertyType) ? InvalidValues(name, value) : [])
            {
                yield return error;
            }
        }

        foreach (var error in (options as IValidatableObject)?.Validate(new ValidationContext(options)) ?? [])
        {
            yield return $"{path}: {error.ErrorMessage}";
        }
    }

    private static string Describe(string name, object? value, ValidationAttribute rule) =>
        rule switch
        {
            RangeAttribute range => string.Create(
                CultureInfo.InvariantCulture,
                $"{name} must be from {range.Minimum} to {range.Maximum}, not {value}"
            ),
            RequiredAttribute => $"{name} must not be empty",
            _ => rule.FormatErrorMessage(name),
        };

    // A collection is bound through its getter.
    private static bool IsNamed(PropertyInfo property, string name) =>
        property.GetIndexParameters().Length == 0
        && string.Equals(property.Name, name, StringComparison.OrdinalIgnoreCase)
        && (property.SetMethod is { IsPublic: true } || IsCollection(property.PropertyType));

    private static bool IsCollection(Type type) => type != typeof(string) && typeof(IEnumerable).IsAssignableFrom(type);

    private static bool IsGroup(Type type) =>
        type.IsClass
        && !typeof(IEnumerable).IsAssignableFrom(type)
        && type.Namespace?.StartsWith("EmbedPlatform.", StringComparison.Ordinal) == true;
}
