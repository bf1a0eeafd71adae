using System.Text.Encodings.Web;
using System.Text.Json;

namespace EmbedPlatform.SearchApi.Filters;

/// <summary>The path of a metadata field: <c>a.b</c> is member b of object a.</summary>
internal sealed record MetadataPath(string Field)
{
    private const int MaxFieldLength = 200;
    private const int MaxFieldDepth = 8;

    /// <summary>The path as jsonpath, whose lax mode unwraps arrays.</summary>
    public string JsonPath => "$" + string.Concat(Field.Split('.').Select(member => "." + Literal(member)));

    /// <summary>Validates a field name; returns the error, or null.</summary>
    public static string? Check(string? field) =>
        field switch
        {
            null or "" => "must name a metadata field",
            { Length: > MaxFieldLength } => $"has more than {MaxFieldLength} characters",
            _ when field.Contains('\0') => "contains a NUL character",
            _ when field.Split('.').Length > MaxFieldDepth => $"has more than {MaxFieldDepth} levels",
            _ when field.Split('.').Any(member => member.Length == 0) => "has an empty part between dots",
            _ => null,
        };

    /// <summary>A string as a jsonpath literal, which has JSON's syntax.</summary>
    public static string Literal(string text) => JsonSerializer.Serialize(text, Encoding);

    private static readonly JsonSerializerOptions Encoding = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
