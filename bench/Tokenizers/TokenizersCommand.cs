using System.CommandLine;
using System.Runtime;
using EmbedPlatform.Bench.Corpus;
using EmbedPlatform.Bench.Measurement;
using EmbedPlatform.Bench.Node;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Inference.Tokenization;

namespace EmbedPlatform.Bench.Tokenizers;

/// <summary><c>embedctl bench tokenizers</c>.</summary>
internal static class TokenizersCommand
{
    private const int WarmUpRounds = 2;

    private static readonly string[] DefaultTokenizers =
    [
        "tokenizers/bert-uncased/tokenizer.json",
        "tokenizers/xlm-roberta/tokenizer.json",
    ];

    public static Command Create(Terminal terminal)
    {
        var command = new Command(
            "tokenizers",
            "Compares tokenizers with npm @huggingface/tokenizers on the same files and texts: speed of one thread, equal ids.\n"
                + "Needs the source tree, and Node with an npm registry unless --no-node is given."
        );
        var tokenizers = command.AddOption(
            new Option<string[]>("--tokenizer")
            {
                Description = "A tokenizer.json; may be given more than once (else: the shared assets' WordPiece and Unigram)",
                HelpName = "FILE",
            }
        );
        var texts = command.AddOption(CommonOptions.Texts());
        var count = command.AddOption(new Option<int?>("--count") { Description = "How many texts (else: all)" }.AtLeast(1));
        var rounds = command.AddOption(
            new Option<int>("--rounds")
            {
                Description = $"How many rounds count, after {WarmUpRounds} that do not",
                DefaultValueFactory = _ => 7,
            }.AtLeast(1)
        );
        var noNode = command.AddOption(new Option<bool>("--no-node", "--no-js") { Description = "Leave @huggingface/tokenizers out" });

        return command.WithAction(
            terminal,
            (parse, cancellationToken) =>
            {
                // A background collection's thread would count as the tokenizer's CPU time.
                GCSettings.LatencyMode = GCLatencyMode.Batch;
                var path = parse.GetValue(texts) ?? SharedAssets.Require("eval/scifact/corpus.jsonl", "--texts");
                string[] corpus = [.. CorpusTexts.Lines(path).Take(parse.GetValue(count) ?? int.MaxValue)];
                terminal.Output.WriteLine(
                    $"{corpus.Length} texts, {corpus.Sum(text => (long)text.Length)} characters; "
                        + $"million tokens per CPU second of one thread, medians of {parse.GetValue(rounds)} rounds in turns"
                );
                string[] files = parse.GetValue(tokenizers) is { Length: > 0 } given
                    ? given
                    : [.. DefaultTokenizers.Select(file => SharedAssets.Require(file, "--tokenizer"))];
                foreach (var file in files)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    Measure(file, corpus, parse.GetValue(rounds), !parse.GetValue(noNode), terminal.Output);
                }

                return Task.FromResult(0);
            }
        );
    }

    private static void Measure(string file, string[] texts, int rounds, bool compare, TextWriter output)
    {
        var tokenizer = Tokenizer.Load(file);
        using var node = compare ? new HuggingFaceTokenizers(file, texts) : null;
        var (ours, theirs) = (new List<Pass>(), new List<Pass>());
        for (var round = -WarmUpRounds; round < rounds; round++)
        {
            var (own, other) = (Pass.Of(tokenizer, texts), node?.Tokenize());
            if (round >= 0)
            {
                ours.Add(own);
                theirs.AddRange(other is null ? [] : [new Pass(other.Tokens, other.Cpu)]);
            }
        }

        output.WriteLine(file);
        var best = ours.Max(pass => pass.TokensPerCpuSecond) / 1e6;
        output.WriteLine(
            $"  ours                    {Pass.Median(ours) / 1e6,8:F2}   ({ours[0].Tokens} tokens per round, best {best:F2})"
        );
        if (node is not null)
        {
            var hashes = node.HashIds();
            var same = texts.Where((text, i) => Pass.HashOf(tokenizer.Encode(text).Ids) == hashes[i]).Count();
            best = theirs.Max(pass => pass.TokensPerCpuSecond) / 1e6;
            output.WriteLine($"  @huggingface/tokenizers {Pass.Median(theirs) / 1e6,8:F2}   (best {best:F2})");
            output.WriteLine(
                $"  ours / theirs           {Pass.Median(ours) / Pass.Median(theirs),8:F2} x (equal ids for {same} of {texts.Length} texts)"
            );
        }

        output.Flush();
    }
}
