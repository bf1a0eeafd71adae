using EmbedPlatform.Bench.Measurement;
using EmbedPlatform.Inference.Execution;

namespace EmbedPlatform.Bench.Engine;

/// <summary>Questions with 200 passages of 128 tokens each: pairs per second, and the ratio to raw runs of the pairs, in turns.</summary>
internal static class RerankScenario
{
    private const int Passages = 200;
    private const int Length = 128;

    public static async Task RunAsync(EngineWorkload workload, Report report)
    {
        var questions = workload.Texts.Questions(workload.Settings.Count ?? 50);
        var passages = workload.Texts.OfLengths(Enumerable.Repeat(Length, Passages));
        await using var engine = RerankModel.Load(workload.Model, workload.Options);
        using var bound = new UpperBound(workload.Model.ModelPath, workload.Options.Workers);
        Row[] Rows(string question) => [.. passages.Select(passage => workload.Tokenize(question, passage))];
        await engine.ScoreAsync(questions[0], passages[..10], new RequestOptions(), CancellationToken.None);
        bound.Tune(Rows(questions[0])[..20]);

        var (our, upper, tokens) = (new List<double>(), new List<double>(), 0L);
        foreach (var question in questions)
        {
            var rows = Rows(question);
            tokens += rows.Sum(row => row.Ids.Length);
            our.Add(
                await EngineWorkload.Seconds(() => engine.ScoreAsync(question, passages, new RequestOptions(), CancellationToken.None))
            );
            upper.Add(bound.Seconds(rows));
        }

        report.Fact(
            "pairs",
            $"{questions.Length} questions x {Passages} passages of {Length} tokens, "
                + $"{(double)tokens / questions.Length / Passages:F0} tokens per pair"
        );
        report.Figure("engine", Passages / our.Median(), "pairs/s");
        report.Figure("upper bound", Passages / upper.Median(), $"pairs/s (batches of {bound.BatchTokens} tokens)");
        report.Figure("engine / upper bound", upper.Zip(our, (b, a) => b / a).Median());
    }
}
