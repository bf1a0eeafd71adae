using System.Text.Encodings.Web;
using System.Text.Json;

namespace EmbedPlatform.SearchApi.Filters;

/// <summary>Where a field lies in the metadata: <c>a.b</c> is the member b of the object a.</summary>
internal sealed record MetadataPath(string Field)
{
    private const int LongestField = 200;
    private const int DeepestField = 8;

    /// <summary>The path as PostgreSQL's jsonpath, whose lax mode unfolds arrays.</summary>
    public string JsonPath => "$" + string.Concat(Field.Split('.').Select(member => "." + Literal(member)));

    /// <summary>What is wrong with a field's name; null where nothing.</summary>
    public static string? Check(string? field) =>
        field switch
        {
            null or "" => "must name a field of the metadata",
            { Length: > LongestField } => $"has more than {LongestField} characters",
            _ when field.Contains('\0') => "contains a NUL character",
            _ when field.Split('.').Length > DeepestField => $"is deeper than {DeepestField} levels",
            _ when field.Split('.').Any(member => member.Length == 0) => "has an empty part between dots",
            _ => null,
        };

    /// <summary>A string as a literal of jsonpath, whose strings are those of JSON.</summary>
    public static string Literal(string text) => JsonSerializer.Serialize(text, Encoding);

    private static readonly JsonSerializerOptions Encoding = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
