using System.Text.Json.Nodes;

namespace EmbedPlatform.AppHost.Tests;

/// <summary>A span as the dashboard gives it back (OTLP in JSON).</summary>
public sealed record Span(
    string Service,
    string Source,
    string Name,
    string TraceId,
    string Id,
    string? ParentId,
    IReadOnlyDictionary<string, string> Attributes
)
{
    /// <summary>All spans of an answer.</summary>
    public static IReadOnlyList<Span> All(JsonNode answer) =>
        [
            .. from resource in answer["data"]!["resourceSpans"]!.AsArray()
            let service = Read(resource!["resource"]?["attributes"]).GetValueOrDefault("service.name", "")
            from scope in resource["scopeSpans"]!.AsArray()
            from span in scope!["spans"]!.AsArray()
            select new Span(
                service,
                (string)scope["scope"]!["name"]!,
                (string)span["name"]!,
                (string)span["traceId"]!,
                (string)span["spanId"]!,
                (string?)span["parentSpanId"],
                Read(span["attributes"])
            ),
        ];

    private static Dictionary<string, string> Read(JsonNode? attributes) =>
        attributes?.AsArray().ToDictionary(one => (string)one!["key"]!, one => one!["value"]!.AsObject().First().Value!.ToString()) ?? [];
}
