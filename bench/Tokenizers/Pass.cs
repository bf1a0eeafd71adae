using EmbedPlatform.Inference.Tokenization;

namespace EmbedPlatform.Bench.Tokenizers;

/// <summary>All texts tokenized once by one thread.</summary>
/// <param name="Tokens">How many tokens there were.</param>
/// <param name="CpuSeconds">The process' CPU time, which other programs on the machine disturb less than elapsed time.</param>
internal sealed record Pass(long Tokens, double CpuSeconds)
{
    public double TokensPerCpuSecond => Tokens / CpuSeconds;

    public static Pass Of(Tokenizer tokenizer, string[] texts)
    {
        var (cpu, tokens) = (Environment.CpuUsage.TotalTime, 0L);
        foreach (var text in texts)
        {
            tokens += tokenizer.Encode(text).Ids.Length;
        }

        return new Pass(tokens, (Environment.CpuUsage.TotalTime - cpu).TotalSeconds);
    }

    /// <summary>FNV-1a over the ids, as tokenize.mjs computes it.</summary>
    public static uint HashOf(int[] ids) => ids.Aggregate(0x811C9DC5u, (hash, id) => unchecked((hash ^ (uint)id) * 0x01000193u));

    public static double Median(IEnumerable<Pass> passes)
    {
        var sorted = passes.Select(pass => pass.TokensPerCpuSecond).Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
