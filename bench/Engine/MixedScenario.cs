using System.Numerics.Tensors;
using EmbedPlatform.Bench.Engine.Llama;
using EmbedPlatform.Inference.Execution;

namespace EmbedPlatform.Bench.Engine;

/// <summary>Throughput on texts of mixed length: ours, the upper bound, transformers.js, ONNX Runtime's defaults and llama.cpp by turns, medians, ratios per token.</summary>
internal static class MixedScenario
{
    private const int LongestText = 500;

    public static async Task RunAsync(Subject subject, Report report)
    {
        var settings = subject.Settings;
        var texts = subject.Texts.Mixed(
            settings.Count ?? 10_000,
            Math.Min(LongestText, subject.Model.Entry.MaxTokens),
            settings.UniformLengths
        );
        Row[] rows = [.. texts.AsParallel().AsOrdered().Select(subject.Tokenize)];
        string[] some = [.. texts.Where((_, i) => i % settings.PeerEvery == 0)];
        var (tokens, someTokens) = (
            rows.Sum(row => row.Ids.Length),
            rows.Where((_, i) => i % settings.PeerEvery == 0).Sum(row => row.Ids.Length)
        );
        var padded = rows.Chunk(DefaultRuntime.Batch).Sum(chunk => chunk.Max(row => row.Ids.Length) * chunk.Length);
        report.Fact(
            "texts",
            $"{texts.Length} of {rows.Min(row => row.Ids.Length)} to {rows.Max(row => row.Ids.Length)} tokens, {(double)tokens / texts.Length:F0} on average; transformers.js and defaults: every {settings.PeerEvery}th"
        );
        report.Figure("padding of unsorted batches of 32", 100.0 * (padded - tokens) / padded, "%");

        await using var ours = EmbeddingModel.Load(subject.Model, subject.Options);
        using var bound = new UpperBound(subject.Model.ModelPath, subject.Options.Workers);
        using var plain = new DefaultRuntime(subject.Model);
        using var node = settings.Node ? TryNode(subject, report) : null;
        using var llama = settings.Llama is not null ? await StartLlamaAsync(subject, ours, some, report) : null;
        bound.Tune([.. rows.Where((_, i) => i % 20 == 0)]);

        var (our, upper, peer, basic, llamas) = (
            new List<double>(),
            new List<double>(),
            new List<double>(),
            new List<double>(),
            new List<double>()
        );
        var (ourCpu, upperCpu) = (new List<double>(), new List<double>());
        for (var round = 1; round <= settings.Rounds; round++)
        {
            var cpu = Environment.CpuUsage.TotalTime;
            our.Add(
                tokens / await Subject.Seconds(() => ours.EmbedAsync(texts, new EmbedOptions { Lane = Lane.Bulk }, CancellationToken.None))
            );
            var between = Environment.CpuUsage.TotalTime;
            upper.Add(tokens / bound.Seconds(rows));
            ourCpu.Add((between - cpu).TotalSeconds);
            upperCpu.Add((Environment.CpuUsage.TotalTime - between).TotalSeconds);
            basic.Add(someTokens / plain.Seconds(some));
            if (node is not null)
            {
                peer.Add(someTokens / node.Seconds(some));
            }

            if (llama is not null)
            {
                llamas.Add(someTokens / llama.Seconds(some));
            }

            Report.Say(
                $"round {round}: engine {our[^1]:F0}, upper bound {upper[^1]:F0}, defaults {basic[^1]:F0}{(node is null ? "" : $", transformers.js {peer[^1]:F0}")}{(llama is null ? "" : $", llama.cpp {llamas[^1]:F0}")} tokens/s"
            );
        }

        report.Figure("(a) engine", our.Median(), "tokens/s");
        report.Figure("(b) upper bound", upper.Median(), $"tokens/s (batches of {bound.BatchTokens} tokens)");
        if (node is not null)
        {
            report.Figure("(c) transformers.js", peer.Median(), "tokens/s");
        }

        report.Figure("(d) ONNX Runtime's defaults", basic.Median(), "tokens/s");
        if (llama is not null)
        {
            report.Figure("(e) llama.cpp", llamas.Median(), "tokens/s");
        }

        report.Figure("engine / upper bound", our.Zip(upper, (a, b) => a / b).Median());
        report.Figure("CPU time: upper bound / engine", upperCpu.Zip(ourCpu, (b, a) => b / a).Median(), "(other programs disturb it less)");
        if (node is not null)
        {
            report.Figure("engine / transformers.js", our.Zip(peer, (a, b) => a / b).Median());
        }

        report.Figure("engine / defaults", our.Zip(basic, (a, b) => a / b).Median());
        if (llama is not null)
        {
            report.Figure("engine / llama.cpp", our.Zip(llamas, (a, b) => a / b).Median());
        }
    }

    /// <summary>Starts llama.cpp and says how near its vectors are: a peer that computes something else is no peer.</summary>
    private static async Task<LlamaPeer> StartLlamaAsync(Subject subject, EmbeddingModel ours, string[] texts, Report report)
    {
        const double Alike = 0.98;
        var file = BertGguf.Write(subject);
        var llama = LlamaPeer.Open(file, subject.Model.Entry.MaxTokens, subject.Options.Workers);
        File.Delete(file);
        var (mine, theirs) = (
            await ours.EmbedAsync(texts, new EmbedOptions { Lane = Lane.Bulk }, CancellationToken.None),
            llama.Embed(texts)
        );
        var cosines = mine.Zip(theirs, (a, b) => (double)TensorPrimitives.CosineSimilarity(a.Vector, b)).ToArray();
        report.Fact(
            "(e) llama.cpp",
            $"{subject.Settings.Llama} as GGUF, matrices in {(BertGguf.Matrices(subject) == TensorType.Q8 ? "Q8_0" : "fp32")}; cosine to the engine's vectors {cosines.Average():F4}, least {cosines.Min():F4}"
        );
        if (cosines.Average() < Alike)
        {
            llama.Dispose();
            throw new UsageException($"llama.cpp gives other vectors: the mean cosine is {cosines.Average():F4}, below {Alike}");
        }

        return llama;
    }

    private static NodePeer? TryNode(Subject subject, Report report)
    {
        try
        {
            return NodePeer.Start(subject.Model);
        }
        catch (UsageException why)
        {
            report.Fact("(c) transformers.js", $"not measured: {why.Message}");
            return null;
        }
    }
}
