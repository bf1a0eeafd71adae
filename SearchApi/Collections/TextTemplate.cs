using System.Text;
using System.Text.Json;
using EmbedPlatform.ServiceDefaults.Http;

namespace EmbedPlatform.SearchApi.Collections;

/// <summary>The searched text of a document.</summary>
/// <param name="Head">The text repeated before every chunk, with its separator; may be empty.</param>
/// <param name="Body">The text to chunk.</param>
internal readonly record struct SearchText(string Head, string Body);

/// <summary>
/// Renders a document's fields into the searched text, for example <c>{title}. {text}</c>. A field is <c>title</c>, <c>text</c> or
/// a path into the metadata. The part before <c>{text}</c> is the head, which is repeated before every chunk. If a document lacks
/// a field, the literal text after that field is omitted too. A doubled brace is a literal brace.
/// </summary>
internal sealed class TextTemplate
{
    /// <summary>The default template's source.</summary>
    public const string DefaultSource = "{title}\n{text}";

    private const string Title = "title";
    private const string Text = "text";
    private const string Metadata = "metadata.";

    private readonly IReadOnlyList<Part> _parts;

    private TextTemplate(string source, IReadOnlyList<Part> parts) => (Source, _parts) = (source, parts);

    public static TextTemplate Default { get; } = Parse(DefaultSource);

    public string Source { get; }

    /// <summary>Whether the template includes the text.</summary>
    public bool HasText => _parts.Any(part => part is { IsField: true, Value: Text });

    /// <summary>Whether the template includes metadata.</summary>
    public bool HasMetadata => _parts.Any(part => part is { IsField: true, Value: not (Text or Title) });

    /// <exception cref="FormatException">The template is invalid; the message gives the reason.</exception>
    public static TextTemplate Parse(string source)
    {
        var parts = new List<Part>();
        var literal = new StringBuilder();
        for (var i = 0; i < source.Length; i++)
        {
            if (source[i] is not ('{' or '}'))
            {
                literal.Append(source[i]);
            }
            else if (i + 1 < source.Length && source[i + 1] == source[i])
            {
                literal.Append(source[i++]);
            }
            else if (source[i] == '}' || source.IndexOfAny(['{', '}'], i + 1) is var end && (end < 0 || source[end] == '{'))
            {
                throw new FormatException($"The brace at character {i} is unmatched; write a literal brace twice.");
            }
            else
            {
                var name = source[(i + 1)..end].Trim();
                if (name.Length == 0 || name == Metadata || name.Split('.').Any(step => step.Length == 0))
                {
                    throw new FormatException($"The braces at character {i} contain no field name.");
                }

                parts.Add(new Part(literal.ToString(), false));
                parts.Add(new Part(name, true));
                literal.Clear();
                i = end;
            }
        }

        parts.Add(new Part(literal.ToString(), false));
        return parts.Any(part => part.IsField)
            ? new TextTemplate(source, parts)
            : throw new FormatException("contains no field; write a field as {title}, {text} or {name}, where name is a metadata field");
    }

    public SearchText Render(string? title, string text, JsonElement? metadata)
    {
        var head = string.Empty;
        var current = new StringBuilder();
        var absent = false;
        foreach (var part in _parts)
        {
            if (!part.IsField)
            {
                current.Append(absent ? string.Empty : part.Value);
                continue;
            }

            if (part.Value == Text && head.Length == 0)
            {
                head = current.ToString();
                current.Clear();
            }

            var value = part.Value switch
            {
                Title => title,
                Text => text,
                var name => Find(metadata, name.StartsWith(Metadata, StringComparison.Ordinal) ? name[Metadata.Length..] : name),
            };
            absent = TextRules.IsBlank(value);
            current.Append(absent ? string.Empty : value);
        }

        return new SearchText(TextRules.IsBlank(head) ? string.Empty : head, current.ToString());
    }

    // A metadata key that contains dots takes precedence over a path of the same spelling.
    private static string? Find(JsonElement? metadata, string path)
    {
        if (metadata is not { ValueKind: JsonValueKind.Object } element)
        {
            return null;
        }

        if (element.TryGetProperty(path, out var direct))
        {
            return Show(direct);
        }

        foreach (var step in path.Split('.'))
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(step, out element))
            {
                return null;
            }
        }

        return Show(element);
    }

    private static string? Show(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
            JsonValueKind.Array => string.Join(", ", value.EnumerateArray().Select(Show).Where(item => item is not null)),
            _ => null,
        };

    private readonly record struct Part(string Value, bool IsField);
}
