using System.Numerics.Tensors;
using EmbedPlatform.Bench.Engine.Llama;
using EmbedPlatform.Bench.Measurement;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Inference.Execution;

namespace EmbedPlatform.Bench.Engine;

/// <summary>Throughput on texts of mixed length: the engine, the upper bound and the peers in turns; medians and ratios.</summary>
internal static class MixedScenario
{
    private const int LongestText = 500;

    public static async Task RunAsync(EngineWorkload workload, Report report)
    {
        var settings = workload.Settings;
        var texts = workload.Texts.Mixed(
            settings.Count ?? 10_000,
            Math.Min(LongestText, workload.Model.Entry.MaxTokens),
            settings.UniformLengths
        );
        Row[] rows = [.. texts.AsParallel().AsOrdered().Select(workload.Tokenize)];
        string[] some = [.. texts.Where((_, i) => i % settings.PeerEvery == 0)];
        var (tokens, someTokens) = (
            rows.Sum(row => row.Ids.Length),
            rows.Where((_, i) => i % settings.PeerEvery == 0).Sum(row => row.Ids.Length)
        );
        var padded = rows.Chunk(DefaultRuntime.Batch).Sum(chunk => chunk.Max(row => row.Ids.Length) * chunk.Length);
        report.Fact(
            "texts",
            $"{texts.Length} of {rows.Min(row => row.Ids.Length)} to {rows.Max(row => row.Ids.Length)} tokens, "
                + $"{(double)tokens / texts.Length:F0} on average; transformers.js and defaults: every {settings.PeerEvery}th"
        );
        report.Figure("padding of unsorted batches of 32", 100.0 * (padded - tokens) / padded, "%");

        await using var engine = EmbeddingModel.Load(workload.Model, workload.Options);
        using var bound = new UpperBound(workload.Model.ModelPath, workload.Options.Workers);
        using var plain = new DefaultRuntime(workload.Model);
        using var node = settings.Node ? TryNode(workload, report) : null;
        using var llama = settings.Llama is not null ? await StartLlamaAsync(workload, engine, some, report) : null;
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
                tokens
                    / await EngineWorkload.Seconds(() =>
                        engine.EmbedAsync(texts, new EmbedOptions { Lane = Lane.Bulk }, CancellationToken.None)
                    )
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

            report.Progress(
                $"round {round}: engine {our[^1]:F0}, upper bound {upper[^1]:F0}, defaults {basic[^1]:F0}"
                    + (node is null ? "" : $", transformers.js {peer[^1]:F0}")
                    + (llama is null ? "" : $", llama.cpp {llamas[^1]:F0}")
                    + " tokens/s"
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
        report.Figure("CPU time: upper bound / engine", upperCpu.Zip(ourCpu, (b, a) => b / a).Median(), "(less sensitive to other load)");
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

    /// <summary>Starts llama.cpp and compares its vectors with the engine's: a comparison of speed needs equal results.</summary>
    private static async Task<LlamaPeer> StartLlamaAsync(EngineWorkload workload, EmbeddingModel engine, string[] texts, Report report)
    {
        const double Alike = 0.98;
        var file = BertGguf.Write(workload);
        var llama = LlamaPeer.Open(file, workload.Model.Entry.MaxTokens, workload.Options.Workers);
        File.Delete(file);
        var (engineVectors, llamaVectors) = (
            await engine.EmbedAsync(texts, new EmbedOptions { Lane = Lane.Bulk }, CancellationToken.None),
            llama.Embed(texts)
        );
        var cosines = engineVectors.Zip(llamaVectors, (a, b) => (double)TensorPrimitives.CosineSimilarity(a.Vector, b)).ToArray();
        report.Fact(
            "(e) llama.cpp",
            $"{workload.Settings.Llama} as GGUF, matrices in {(BertGguf.Matrices(workload) == TensorType.Q8 ? "Q8_0" : "fp32")}; "
                + $"cosine to the engine's vectors {cosines.Average():F4}, least {cosines.Min():F4}"
        );
        if (cosines.Average() < Alike)
        {
            llama.Dispose();
            throw new CommandException($"llama.cpp computes other vectors: the mean cosine is {cosines.Average():F4}, below {Alike}");
        }

        return llama;
    }

    private static NodePeer? TryNode(EngineWorkload workload, Report report)
    {
        try
        {
            return NodePeer.Start(workload.Model);
        }
        catch (CommandException why)
        {
            report.Fact("(c) transformers.js", $"not measured: {why.Message}");
            return null;
        }
    }
}
