using System.Text.Json;

namespace EmbedPlatform.Bench.Tokenizers;

/// <summary>The files that are measured where none are named: the shared assets' tokenizers and the SciFact corpus.</summary>
internal static class BenchInput
{
    private static readonly string[] SharedTokenizers = ["tokenizers/bert-uncased/tokenizer.json", "tokenizers/xlm-roberta/tokenizer.json"];

    /// <exception cref="FileNotFoundException">There are no shared assets.</exception>
    public static IReadOnlyList<string> TokenizersOf(Settings settings) =>
        settings.Tokenizers.Count > 0 ? settings.Tokenizers : [.. SharedTokenizers.Select(Shared)];

    /// <summary>The texts of JSON lines: title, where there is one, and text.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static string[] TextsOf(Settings settings) =>
        [
            .. File.ReadLines(settings.Texts ?? Shared("eval/scifact/corpus.jsonl"))
                .Where(line => line.Length > 0)
                .Take(settings.Count)
                .Select(TextOf),
        ];

    private static string TextOf(string line)
    {
        using var json = JsonDocument.Parse(line);
        var text = json.RootElement.GetProperty("text").GetString()!;
        return json.RootElement.TryGetProperty("title", out var title) ? $"{title.GetString()} {text}" : text;
    }

    private static string Shared(string path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Path.Combine(folder.FullName, "shared", "assets") is var assets && Directory.Exists(assets))
            {
                return Path.Combine(assets, path);
            }
        }

        return Environment.GetEnvironmentVariable("EMBEDPLATFORM_ASSETS") is { Length: > 0 } configured
            ? Path.Combine(configured, path)
            : throw new FileNotFoundException($"no shared assets with {path}: name files with --tokenizer and --texts");
    }
}
