using System.Text.Json;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Inference.Tokenization;

namespace EmbedPlatform.Bench.Corpus;

/// <summary>Real texts, cut to lengths in tokens of the measured model. The same lengths give the same texts.</summary>
internal sealed class CorpusTexts
{
    private readonly Tokenizer _tokenizer;
    private readonly string[] _words;
    private readonly int _special;
    private int _position;

    private CorpusTexts(Tokenizer tokenizer, string[] words) =>
        (_tokenizer, _words, _special) = (tokenizer, words, tokenizer.Encode("").Ids.Length);

    /// <summary>Reads a file (plain lines, or JSON lines with title and text), or SciFact's corpus in the shared assets.</summary>
    /// <exception cref="CommandException">The file does not exist or is too short.</exception>
    public static CorpusTexts Open(string? file, Tokenizer tokenizer)
    {
        var path = file ?? SharedAssets.Require("eval/scifact/corpus.jsonl", "--texts");
        string[] words = [.. Lines(path).SelectMany(text => text.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
        return words.Length >= 1000
            ? new CorpusTexts(tokenizer, words)
            : throw new CommandException($"{path} has {words.Length} words; at least 1000 are needed");
    }

    /// <summary>The texts of a file: plain lines, or JSON lines with title and text.</summary>
    /// <exception cref="CommandException">The file does not exist.</exception>
    public static IEnumerable<string> Lines(string path) =>
        File.Exists(path)
            ? File.ReadLines(path).Where(line => line.Length > 0).Select(Plain)
            : throw new CommandException($"{path} does not exist");

    /// <summary>SciFact's questions; without the shared assets, pieces of the texts.</summary>
    public string[] Questions(int count)
    {
        var path = SharedAssets.Find("eval/scifact/queries.jsonl");
        return path is not null ? [.. Lines(path).Take(count)] : OfLengths(Enumerable.Repeat(20, count));
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
}
