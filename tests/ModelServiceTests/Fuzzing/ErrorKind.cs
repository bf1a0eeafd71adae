using System.Text.Json;

namespace EmbedPlatform.ModelServiceTests.Fuzzing;

/// <summary>Recognises the shapes in which the platform tells failures, by the fields that their clients read.</summary>
internal static class ErrorKind
{
    /// <returns>Every shape that a body has; none where it is no failure of ours.</returns>
    public static IReadOnlySet<string> Of(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Object ? Kinds(document.RootElement) : new HashSet<string>();
        }
        catch (JsonException)
        {
            return new HashSet<string>();
        }
    }

    private static HashSet<string> Kinds(JsonElement body)
    {
        var kinds = new HashSet<string>();
        if (Text("title") && body.TryGetProperty("status", out var status) && status.ValueKind == JsonValueKind.Number)
        {
            kinds.Add("problem+json");
        }

        if (Text("message"))
        {
            kinds.Add("Cohere");
        }

        if (Text("error"))
        {
            kinds.Add("older server");
            if (Text("error_type"))
            {
                kinds.Add("TEI");
            }
        }
        else if (
            body.TryGetProperty("error", out var error)
            && error.ValueKind == JsonValueKind.Object
            && error.TryGetProperty("message", out _)
            && error.TryGetProperty("type", out _)
        )
        {
            kinds.Add("OpenAI");
        }

        return kinds;

        bool Text(string name) => body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String;
    }
}
