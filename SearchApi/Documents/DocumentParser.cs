using System.Buffers;
using System.Text;
using System.Text.Json;
using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.ServiceDefaults.Http;

namespace EmbedPlatform.SearchApi.Documents;

/// <summary>Parses and validates one JSON document; an invalid document does not affect its neighbours.</summary>
internal static class DocumentParser
{
    /// <summary>In characters, like the limits below.</summary>
    public const int MaxIdLength = 512;

    public const int MaxTitleLength = 4096;

    public const int MaxTextLength = 10_000_000;

    public const int MaxMetadataLength = 1_000_000;

    public static ParsedDocument Parse(CollectionRecord collection, long index, ReadOnlySequence<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return Parse(collection, index, document.RootElement);
        }
        catch (JsonException)
        {
            return Fault(index, null, null, "The line is not valid JSON.");
        }
    }

    public static ParsedDocument Parse(CollectionRecord collection, long index, JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            return Fault(index, null, null, "A document must be a JSON object.");
        }

        if (!TryGetString(json, "id", out var id, out var wrong))
        {
            return Fault(index, null, "id", wrong);
        }

        if (string.IsNullOrEmpty(id) || id.Length > MaxIdLength)
        {
            return Fault(index, id is { Length: > 0 } ? id[..64] : id, "id", $"must have 1 to {MaxIdLength} characters");
        }

        if (id is "." or "..")
        {
            return Fault(index, id, "id", "must not be . or .., which a URL path cannot carry (RFC 3986, section 5.2.4)");
        }

        if (!TryGetString(json, "title", out var title, out wrong))
        {
            return Fault(index, id, "title", wrong);
        }

        if (title?.Length > MaxTitleLength)
        {
            return Fault(index, id, "title", $"has more than {MaxTitleLength} characters");
        }

        if (!TryGetString(json, "text", out var text, out wrong))
        {
            return Fault(index, id, "text", wrong);
        }

        if (TextRules.IsBlank(text) && collection.Template.HasText)
        {
            return Fault(index, id, "text", "must not be blank");
        }

        if (text?.Length > MaxTextLength)
        {
            return Fault(index, id, "text", $"has more than {MaxTextLength} characters");
        }

        if (!TryGetMetadata(json, out var metadata, out wrong))
        {
            return Fault(index, id, "metadata", wrong);
        }

        return Check(collection, new DocumentInput(index, id, TextRules.IsBlank(title) ? null : title, text ?? string.Empty, metadata));
    }

    /// <summary>Validates against the collection: the declared fields and the template.</summary>
    public static ParsedDocument Check(CollectionRecord collection, DocumentInput document)
    {
        if (collection.Fields is null && collection.Template == TextTemplate.Default)
        {
            return new ParsedDocument(document, null);
        }

        JsonElement? metadata = document.Metadata is { } raw ? JsonSerializer.Deserialize<JsonElement>(raw) : null;
        if (metadata is { } value && MetadataValidator.Violation(value, collection.Fields) is var (field, reason))
        {
            return Fault(document.Index, document.Id, field, reason);
        }

        if (collection.Template == TextTemplate.Default)
        {
            return new ParsedDocument(document, null);
        }

        var searched = collection.Template.Render(document.Title, document.Text, metadata);
        return TextRules.IsBlank(searched.Head) && TextRules.IsBlank(searched.Body)
            ? Fault(
                document.Index,
                document.Id,
                collection.Template.HasText ? "text" : "metadata",
                $"The template {collection.Template.Source} produces a blank text."
            )
            : new ParsedDocument(document with { Searched = searched }, null);
    }

    /// <summary>Validates a metadata object; returns the error, or null.</summary>
    public static string? MetadataFault(JsonElement metadata) =>
        metadata switch
        {
            { ValueKind: not JsonValueKind.Object } => "must be a JSON object",
            _ when metadata.GetRawText().Length > MaxMetadataLength => $"has more than {MaxMetadataLength} characters",
            _ => IsStorable(metadata, out var wrong) ? null : wrong,
        };

    public static ParsedDocument Fault(long index, string? id, string? field, string reason) =>
        new(null, new DocumentError(index, id, field, reason));

    private static bool TryGetString(JsonElement json, string field, out string? value, out string wrong)
    {
        (value, wrong) = (null, string.Empty);
        if (!json.TryGetProperty(field, out var element) || element.ValueKind == JsonValueKind.Null)
        {
            return true;
        }

        if (element.ValueKind != JsonValueKind.String)
        {
            wrong = "must be a string";
            return false;
        }

        return TryRead(element, out value, out wrong);
    }

    private static bool TryRead(JsonElement element, out string? value, out string wrong)
    {
        (value, wrong) = (null, string.Empty);
        try
        {
            value = element.GetString();
        }
        catch (InvalidOperationException)
        {
            wrong = "is not valid Unicode";
            return false;
        }

        if (value!.Contains('\0'))
        {
            wrong = "contains a NUL character, which cannot be stored";
            return false;
        }

        return true;
    }

    private static bool TryGetMetadata(JsonElement json, out string? metadata, out string wrong)
    {
        (metadata, wrong) = (null, string.Empty);
        if (!json.TryGetProperty("metadata", out var element) || element.ValueKind == JsonValueKind.Null)
        {
            return true;
        }

        metadata = element.GetRawText();
        wrong = MetadataFault(element) ?? string.Empty;
        return wrong.Length == 0;
    }

    /// <summary>Whether jsonb can store every name and string in the value.</summary>
    private static bool IsStorable(JsonElement element, out string wrong)
    {
        wrong = string.Empty;
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject())
                {
                    if (!IsStorableName(property, out wrong) || !IsStorable(property.Value, out wrong))
                    {
                        return false;
                    }
                }

                return true;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                {
                    if (!IsStorable(item, out wrong))
                    {
                        return false;
                    }
                }

                return true;
            case JsonValueKind.String:
                return TryRead(element, out _, out wrong);
            default:
                return true;
        }
    }

    private static bool IsStorableName(JsonProperty property, out string wrong)
    {
        wrong = "contains a name with a NUL character or invalid Unicode";
        try
        {
            return !property.Name.Contains('\0');
        }
        catch (Exception failure) when (failure is InvalidOperationException or DecoderFallbackException)
        {
            return false;
        }
    }
}
