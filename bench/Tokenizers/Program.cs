using System.Diagnostics;
using System.Text.Json;
using EmbedPlatform.Inference.Tokenization;

// Tokens per second on one core: Tokenizers <tokenizer.json> <golden.jsonl>
if (args.Length != 2)
{
    Console.Error.WriteLine("usage: Tokenizers <tokenizer.json> <golden.jsonl>");
    return 2;
}

var tokenizer = Tokenizer.Load(args[0]);
var texts = File.ReadLines(args[1]).Select(line => JsonSerializer.Deserialize<JsonElement>(line).GetProperty("text").GetString()!).ToArray();
var best = 0.0;
for (var round = 0; round < 8; round++)
{
    var (tokens, clock) = (0L, Stopwatch.StartNew());
    while (clock.ElapsedMilliseconds < 500)
    {
        foreach (var text in texts)
        {
            tokens += tokenizer.Encode(text).Ids.Length;
        }
    }

    best = Math.Max(best, tokens / clock.Elapsed.TotalSeconds);
}

Console.WriteLine($"{texts.Length} texts, {texts.Sum(text => text.Length)} characters: {best / 1e6:F2} million tokens/s (best of 8)");
return 0;
