using System.Text.Encodings.Web;
using System.Text.Json;

namespace EmbedPlatform.SearchApi.Filters;

/// <summary>
/// The path of a metadata field: <c>a.b</c> is member b of object a, or the member of that name. <c>metadata._id</c> is the member
/// <c>_id</c>, because <c>_id</c> is the document's id.
/// </summary>
internal sealed record MetadataPath(string Field)
{
    /// <summary>The name of the document's id in filters and sort keys.</summary>
    public const string Id = "_id";

    private const string EscapedId = "metadata." + Id;
    private const int MaxFieldLength = 200;
    private const int MaxFieldDepth = 8;

    /// <summary>The name that a collection declares.</summary>
    public string Name => Field == EscapedId ? Id : Field;

    /// <summary>Whether the field is a member of the metadata object itself, with no other reading.</summary>
    public bool IsMember => Field == EscapedId || !Field.Contains('.');

    /// <summary>
    /// The readings of the field as jsonpath, whose lax mode unwraps arrays. A document's values are those of all readings.
    /// </summary>
    public IReadOnlyList<string> JsonPaths =>
        IsMember ? [Member(Name)] : ["$" + string.Concat(Field.Split('.').Select(member => "." + Literal(member))), Member(Field)];

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

    /// <summary>Validates the name of a field to count or group by; returns the error, or null.</summary>
    public static string? CheckValues(string? field) =>
        field == Id
            ? $"must name a metadata field: \"{Id}\" is the document's id, and \"{EscapedId}\" a metadata field of that name"
            : Check(field);

    /// <summary>A string as a jsonpath literal, which has JSON's syntax.</summary>
    public static string Literal(string text) => JsonSerializer.Serialize(text, Encoding);

    private static string Member(string name) => "$." + Literal(name);

    private static readonly JsonSerializerOptions Encoding = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
