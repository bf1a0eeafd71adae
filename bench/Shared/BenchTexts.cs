using System.Text.Json;
using EmbedPlatform.Inference.Tokenization;

namespace EmbedPlatform.Bench;

/// <summary>Real texts, cut to lengths in tokens of the model under measurement. The same seed gives the same texts.</summary>
internal sealed class BenchTexts
{
    private const string Variable = "EMBEDPLATFORM_ASSETS";

    private readonly Tokenizer _tokenizer;
    private readonly string[] _words;
    private readonly int _special;
    private int _position;

    private BenchTexts(Tokenizer tokenizer, string[] words) =>
        (_tokenizer, _words, _special) = (tokenizer, words, tokenizer.Encode("").Ids.Length);

    /// <summary>The words of a file (plain lines, or JSON lines with title and text), or of SciFact's corpus in the shared assets.</summary>
    /// <exception cref="UsageException">There is no such file, or too little in it.</exception>
    public static BenchTexts Open(string? file, Tokenizer tokenizer)
    {
        var path = file ?? Asset("eval/scifact/corpus.jsonl");
        string[] words = File.Exists(path)
            ? [.. File.ReadLines(path).SelectMany(line => Plain(line).Split(' ', StringSplitOptions.RemoveEmptyEntries))]
            : throw new UsageException($"there is no {path}");
        return words.Length >= 1000
            ? new BenchTexts(tokenizer, words)
            : throw new UsageException($"{path} holds {words.Length} words; 1000 are needed");
    }

    /// <summary>SciFact's questions; without the shared assets, pieces of the texts.</summary>
    public string[] Questions(int count)
    {
        var path = FindAsset("eval/scifact/queries.jsonl");
        return path is not null ? [.. File.ReadLines(path).Take(count).Select(Plain)] : OfLengths(Enumerable.Repeat(20, count));
    }

    /// <summary>Texts of mixed length, special tokens included, at most as long as the model takes.</summary>
    /// <param name="count">How many.</param>
    /// <param name="longest">The most tokens.</param>
    /// <param name="uniform">Every length equally often; otherwise every order of magnitude.</param>
    public string[] Mixed(int count, int longest, bool uniform)
    {
        const int Shortest = 5;
        var random = new Random(20260101);
        return OfLengths(
            Enumerable
                .Range(0, count)
                .Select(_ =>
                    uniform
                        ? random.Next(Shortest, longest + 1)
                        : (int)Math.Round(Shortest * Math.Pow((double)longest / Shortest, random.NextDouble()))
                )
        );
    }

    /// <summary>A text of each length in tokens, special tokens included; where a word has several tokens, a few less.</summary>
    public string[] OfLengths(IEnumerable<int> lengths) => [.. lengths.Select(Cut)];

    private string Cut(int length)
    {
        var wanted = Math.Max(1, length - _special);
        var start = _position + wanted <= _words.Length ? _position : 0;
        var taken = Math.Min(wanted, _words.Length - start);
        _position = start + Math.Max(1, taken / 2);
        var text = string.Join(' ', _words, start, taken);
        var encoding = _tokenizer.Encode(
            text,
            new EncodeOptions
            {
                AddSpecialTokens = false,
                MatchSpecialTokens = false,
                MaxTokens = wanted,
            }
        );
        return encoding.Truncated ? text[..encoding.Offsets[^1].End] : text;
    }

    private static string Plain(string line)
    {
        if (!line.StartsWith('{'))
        {
            return line;
        }

        using var json = JsonDocument.Parse(line);
        string Part(string name) => json.RootElement.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";
        return $"{Part("title")} {Part("text")}".Trim();
    }

    private static string Asset(string path) =>
        FindAsset(path)
        ?? throw new UsageException(
            $"the shared assets are not here: give --texts a file with one text a line, or {Variable} their folder"
        );

    private static string? FindAsset(string path)
    {
        IEnumerable<string> folders = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } configured ? [configured] : Parents();
        return folders.Select(folder => Path.Combine(folder, path)).FirstOrDefault(File.Exists);
    }

    private static IEnumerable<string> Parents()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            yield return Path.Combine(folder.FullName, "shared", "assets");
        }
    }
}
