using System.Collections.Concurrent;
using EmbedPlatform.Inference.Tokenization;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.Inference.Tests.Tokenization;

/// <summary>
/// The tokenizer files of the assets, USE-lite's where it is installed, and a byte-level BPE made here. Each is loaded once: tokenizers are
/// for all threads.
/// </summary>
internal static class RealFiles
{
    private const string Lite = "use-lite";
    private const string Bpe = "byte-level BPE";
    private static readonly ConcurrentDictionary<string, Lazy<Tokenizer>> Loaded = new();
    private static readonly string[] Shared =
    [
        "tokenizers/bert-uncased/tokenizer.json",
        "tokenizers/xlm-roberta/tokenizer.json",
        "models/mini-rerank/tokenizer.json",
    ];

    public static TheoryData<string> All => [.. Shared, Lite, Bpe];

    /// <summary>Those that have special tokens.</summary>
    public static TheoryData<string> WithSpecialTokens => [.. Shared];

    public static Tokenizer Load(string file) =>
        file switch
        {
            Lite => UseLite(),
            Bpe => Once(Bpe, ByteLevelBpe.Build),
            _ => Once(SharedAssets.Require(file), () => Tokenizer.Load(SharedAssets.Require(file))),
        };

    /// <summary>USE-lite's tokenizer as `embedctl models pull use-lite` leaves it in the repository, or a skipped test.</summary>
    public static Tokenizer UseLite()
    {
        var path = Repository.PathOf(".data", "models", "use-lite", "tokenizer.json");
        Assert.SkipUnless(File.Exists(path), "needs USE-lite: run ./embedctl models pull use-lite");
        return Once(path, () => Tokenizer.Load(path));
    }

    private static Tokenizer Once(string key, Func<Tokenizer> load) => Loaded.GetOrAdd(key, _ => new Lazy<Tokenizer>(load)).Value;
}
