using System.Net.Http.Json;
using System.Text.Json;

namespace EmbedPlatform.ModelServiceTests.Fuzzing;

/// <summary>A route as the service's OpenAPI document names it.</summary>
/// <param name="Method">GET, POST and so on.</param>
/// <param name="Path">The path, with the braces of its parameters.</param>
/// <param name="ContentType">What it reads; null where it has no body.</param>
/// <param name="Body">The schema of the body, references resolved by <paramref name="Document"/>; null where there is none.</param>
/// <param name="Document">The whole document.</param>
public sealed record FuzzRoute(string Method, string Path, string? ContentType, JsonElement? Body, JsonElement Document)
{
    // Served outside the document by every service.
    private static readonly string[] Undocumented = ["/health", "/alive", "/metrics", "/openapi/v1.json"];

    /// <summary>Every route of a running service.</summary>
    public static async Task<IReadOnlyList<FuzzRoute>> ReadAsync(HttpClient http, CancellationToken cancellationToken)
    {
        var document = await http.GetFromJsonAsync<JsonElement>("openapi/v1.json", cancellationToken);
        var routes = new List<FuzzRoute>();
        foreach (var path in document.GetProperty("paths").EnumerateObject())
        {
            foreach (var operation in path.Value.EnumerateObject().Where(operation => operation.Value.TryGetProperty("responses", out _)))
            {
                var content =
                    operation.Value.TryGetProperty("requestBody", out var body) && body.TryGetProperty("content", out var types)
                        ? types.EnumerateObject().ToArray()
                        : [];
                routes.AddRange(
                    content.Select(type => new FuzzRoute(
                        operation.Name.ToUpperInvariant(),
                        path.Name,
                        type.Name,
                        type.Value.TryGetProperty("schema", out var schema) ? schema : default(JsonElement?),
                        document
                    ))
                );
                if (content.Length == 0)
                {
                    routes.Add(new FuzzRoute(operation.Name.ToUpperInvariant(), path.Name, ContentType: null, Body: null, document));
                }
            }
        }

        routes.AddRange(
            Undocumented
                .Where(path => routes.All(route => route.Path != path))
                .Select(path => new FuzzRoute("GET", path, ContentType: null, Body: null, document))
        );
        return routes;
    }

    /// <summary>What a schema stands for, where it is a reference.</summary>
    public JsonElement Resolve(JsonElement schema)
    {
        while (schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("$ref", out var reference))
        {
            var target = Document;
            foreach (var part in reference.GetString()!.TrimStart('#', '/').Split('/'))
            {
                target = target.GetProperty(part);
            }

            schema = target;
        }

        return schema;
    }
}
