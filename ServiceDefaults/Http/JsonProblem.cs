using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace EmbedPlatform.ServiceDefaults.Http;

// Translates errors of System.Text.Json into JSON terms: it reports .NET types.
internal static partial class JsonProblem
{
    public static FieldErrors Describe(JsonException exception)
    {
        var path = exception.Path is null or "$" ? "" : exception.Path.TrimStart('$').TrimStart('.');
        var field = path.Length == 0 ? "body" : path;
        if (exception.InnerException is { } inner && TokenType().Match(inner.Message) is { Success: true } token)
        {
            return new FieldErrors().Add(
                field,
                $"must be {token.Groups[1].Value switch { "boolean" => "true or false", var kind => $"a {kind}" }}"
            );
        }

        if (exception.InnerException is FormatException number && number.Message.Contains("Int32", StringComparison.Ordinal))
        {
            return new FieldErrors().Add(field, $"must be a whole number from {int.MinValue} to {int.MaxValue}");
        }

        if (
            exception.InnerException is InvalidOperationException { InnerException: null } unreadable
            && unreadable.Message.Contains("UTF", StringComparison.Ordinal)
        )
        {
            return new FieldErrors().Add(field, "is not valid Unicode");
        }

        var match = TargetType().Match(exception.Message);
        if (!match.Success)
        {
            return new FieldErrors().Add(
                field,
                $"is not valid JSON (line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1})"
            );
        }

        return new FieldErrors().Add(field, $"must be {Expected(match.Groups[1].Value)}");
    }

    private static string Expected(string type) =>
        type switch
        {
            _ when type.StartsWith("System.Nullable`1[", StringComparison.Ordinal) => Expected(
                type["System.Nullable`1[".Length..].TrimEnd(']')
            ),
            "System.String" => "a string",
            "System.Boolean" => "true or false",
            "System.Int32" or "System.Int64" => "a whole number",
            "System.Single" or "System.Double" or "System.Decimal" => "a number",
            _ when type.StartsWith("System.Collections.Generic.", StringComparison.Ordinal)
                    || type.EndsWith("[]", StringComparison.Ordinal) => type.Contains("System.String", StringComparison.Ordinal)
                ? "an array of strings"
                : "an array",
            _ => EnumNamed(type) is { } words ? Either(words) : "an object",
        };

    // The message names the type only.
    private static Type? EnumNamed(string type) =>
        AppDomain
            .CurrentDomain.GetAssemblies()
            .Select(assembly => assembly.GetType(type))
            .FirstOrDefault(found => found is { IsEnum: true });

    private static string Either(Type words)
    {
        var names = words
            .GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => field.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? field.Name)
            .ToList();
        return names.Count == 1 ? names[0] : $"{string.Join(", ", names[..^1])} or {names[^1]}";
    }

    // For a constructor parameter, only the inner message names the expected type.
    [GeneratedRegex(@"Cannot get the value of a token type '\w+' as a (string|number|boolean)\.")]
    private static partial Regex TokenType();

    [GeneratedRegex(@"could not be converted to ([^\s]+?)\.(?: Path|$)")]
    private static partial Regex TargetType();
}
