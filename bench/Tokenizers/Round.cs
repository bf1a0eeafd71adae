using System.Diagnostics;
using EmbedPlatform.Inference.Tokenization;

namespace EmbedPlatform.Bench.Tokenizers;

/// <summary>All texts tokenized once by one thread.</summary>
/// <param name="Tokens">How many tokens there were.</param>
/// <param name="Cpu">The process's CPU time, seconds: what other programs on the machine disturb least.</param>
/// <param name="Wall">The time on the clock, seconds.</param>
internal sealed record Round(long Tokens, double Cpu, double Wall)
{
    public double TokensPerCpuSecond => Tokens / Cpu;

    public static Round Of(Tokenizer tokenizer, string[] texts)
    {
        var (cpu, start, tokens) = (Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp(), 0L);
        foreach (var text in texts)
        {
            tokens += tokenizer.Encode(text).Ids.Length;
        }

        return new Round(tokens, (Environment.CpuUsage.TotalTime - cpu).TotalSeconds, Stopwatch.GetElapsedTime(start).TotalSeconds);
    }

    /// <summary>FNV-1a over the ids, as tokenize.mjs computes it.</summary>
    public static uint HashOf(int[] ids) => ids.Aggregate(0x811C9DC5u, (hash, id) => unchecked((hash ^ (uint)id) * 0x01000193u));

    public static double Median(IEnumerable<Round> rounds)
    {
        var sorted = rounds.Select(round => round.TokensPerCpuSecond).Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
