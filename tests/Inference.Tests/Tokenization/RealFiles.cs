using EmbedPlatform.Inference.Tokenization;
using EmbedPlatform.TestSupport;
using Xunit;

namespace EmbedPlatform.Inference.Tests.Tokenization;

/// <summary>The tokenizer files of the assets, and USE-lite's where it is installed.</summary>
internal static class RealFiles
{
    private const string Lite = "use-lite";
    private static readonly string[] Shared =
        ["tokenizers/bert-uncased/tokenizer.json", "tokenizers/xlm-roberta/tokenizer.json", "models/mini-rerank/tokenizer.json"];

    public static TheoryData<string> All => [.. Shared, Lite];

    /// <summary>Those that have special tokens.</summary>
    public static TheoryData<string> WithSpecialTokens => [.. Shared];

    public static Tokenizer Load(string file) => file == Lite ? UseLite() : Tokenizer.Load(SharedAssets.Require(file));

    /// <summary>USE-lite's tokenizer as `embedctl models pull default` leaves it in the repository, or a skipped test.</summary>
    public static Tokenizer UseLite()
    {
        var path = Repository.PathOf(".data", "models", "use-lite", "tokenizer.json");
        Assert.SkipUnless(File.Exists(path), "needs USE-lite: run ./embedctl models pull default");
        return Tokenizer.Load(path);
    }
}
