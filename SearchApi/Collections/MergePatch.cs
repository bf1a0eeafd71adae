using System.Text;
using System.Text.Json;

namespace EmbedPlatform.SearchApi.Collections;

/// <summary>JSON Merge Patch (RFC 7396).</summary>
internal static class MergePatch
{
    /// <summary>Merges a patch into an object: values replace, nulls remove, objects are merged recursively.</summary>
    /// <param name="target">The object; null if there is none.</param>
    /// <param name="patch">The patch, an object.</param>
    /// <returns>The merged object as JSON.</returns>
    public static string Apply(JsonElement? target, JsonElement patch)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            Write(writer, target, patch);
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void Write(Utf8JsonWriter writer, JsonElement? target, JsonElement patch)
    {
        if (patch.ValueKind != JsonValueKind.Object)
        {
            patch.WriteTo(writer);
            return;
        }

        var changes = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var property in patch.EnumerateObject())
        {
            changes[property.Name] = property.Value;
        }

        writer.WriteStartObject();
        if (target is { ValueKind: JsonValueKind.Object } existing)
        {
            foreach (var property in existing.EnumerateObject())
            {
                if (!changes.Remove(property.Name, out var change))
                {
                    property.WriteTo(writer);
                }
                else if (change.ValueKind != JsonValueKind.Null)
                {
                    writer.WritePropertyName(property.Name);
                    Write(writer, property.Value, change);
                }
            }
        }

        foreach (var (name, value) in changes.Where(change => change.Value.ValueKind != JsonValueKind.Null))
        {
            writer.WritePropertyName(name);
            Write(writer, null, value);
        }

        writer.WriteEndObject();
    }
}
