using System.Text;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.ModelServiceTests;

/// <summary>
/// The exchanges that a test held with a running service, and the table of docs/api.md that is made of them: one row per wire shape. The
/// document is written anew where <c>EMBEDPLATFORM_UPDATE_DOCS</c> is set, else it has to be true already.
/// </summary>
/// <param name="section">
/// The name in the markers around the table: <c>&lt;!-- conformance:embed --&gt;</c> to <c>&lt;!-- /conformance:embed --&gt;</c>.
/// </param>
public sealed class ConformanceTable(string section)
{
    private readonly List<string> _rows = [];

    /// <summary>Posts a body, or gets where there is none, and notes the exchange.</summary>
    /// <param name="http">The service.</param>
    /// <param name="format">Whose wire format it is, such as <c>OpenAI</c>.</param>
    /// <param name="path">The path.</param>
    /// <param name="body">The JSON body; null: GET.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The status and the body of the answer.</returns>
    public async Task<(int Status, string Body)> ExchangeAsync(
        HttpClient http,
        string format,
        string path,
        string? body,
        CancellationToken cancellationToken
    )
    {
        using var response = body is null
            ? await http.GetAsync(path, cancellationToken)
            : await http.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"), cancellationToken);
        var answer = await response.Content.ReadAsStringAsync(cancellationToken);
        var isJson = response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true;
        var shape = isJson ? $"`{JsonShape.Of(answer)}`" : response.Content.Headers.ContentType?.MediaType ?? "";
        Add(
            format,
            $"{(body is null ? "GET" : "POST")} {path}",
            body is null ? "" : $"`{JsonShape.Of(body)}`",
            (int)response.StatusCode,
            shape
        );
        return ((int)response.StatusCode, answer);
    }

    /// <summary>Notes an exchange that was held another way.</summary>
    public void Add(string format, string route, string request, int status, string answer) =>
        _rows.Add($"| {format} | `{route}` | {Cell(request)} | {status} | {Cell(answer)} |");

    /// <summary>Checks that docs/api.md holds this table, or writes it there.</summary>
    public void AssertDocumented()
    {
        var file = Path.Combine(Repository.Root, "docs", "api.md");
        var document = File.ReadAllText(file);
        var (open, close) = ($"<!-- conformance:{section} -->\n", $"<!-- /conformance:{section} -->");
        var (start, end) = (document.IndexOf(open, StringComparison.Ordinal), document.IndexOf(close, StringComparison.Ordinal));
        Assert.True(start >= 0 && end > start, $"docs/api.md lacks the markers of {section}.");
        var table = $"| Format | Route | Request | Status | Answer |\n|---|---|---|---|---|\n{string.Join("\n", _rows)}\n";
        if (Environment.GetEnvironmentVariable("EMBEDPLATFORM_UPDATE_DOCS") is { Length: > 0 })
        {
            File.WriteAllText(file, document[..(start + open.Length)] + table + document[end..]);
            return;
        }

        Assert.Equal(document[(start + open.Length)..end], table);
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
