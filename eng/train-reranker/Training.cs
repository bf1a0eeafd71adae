using System.Diagnostics;
using System.Globalization;
using EmbedPlatform.Inference.Tokenization;
using EmbedPlatform.TrainReranker.Data;
using EmbedPlatform.TrainReranker.Model;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace EmbedPlatform.TrainReranker;

/// <summary>Trains a cross-encoder.</summary>
internal static class Training
{
    public static void Run(TrainingOptions options)
    {
        set_num_threads(2);
        random.manual_seed(options.Seed);
        var texts = new Texts(Tokenizer.Load(options.Tokenizer));
        var collection = new Collection(options.Data, options.Candidates, "train", texts);
        var (trained, heldOut) = collection.Parts();
        if (options.AllQueries)
        {
            trained = [.. collection.Queries];
        }

        using var encoder = options.Model.EndsWith(".onnx", StringComparison.Ordinal)
            ? new CrossEncoder(BertWeights.Read(options.Model), options.Apart, options.Dropout)
            : new CrossEncoder(WeightFile.Read(options.Model).Weights, WeightFile.Read(options.Model).Apart, options.Dropout);
        var groups = new GroupMaker(options, collection, trained, texts);
        Console.WriteLine($"{trained.Count} training queries, {heldOut.Count} held out, {groups.PackageCount} packages");
        var cache = new StateCache(encoder, options.Tokens);
        Train(
            options,
            encoder,
            groups,
            cache,
            () =>
            {
                encoder.eval();
                Evaluating.Measure(Evaluating.Scorer(encoder, texts, collection.Tokens, cache), collection, heldOut, 20);
                encoder.train();
            }
        );
    }

    private static void Train(TrainingOptions options, CrossEncoder encoder, GroupMaker groups, StateCache cache, Action evaluate)
    {
        var heads = encoder
            .Weights.Where(pair => pair.Key.StartsWith("head.", StringComparison.Ordinal))
            .Select(pair => pair.Value)
            .ToList();
        var layers = encoder
            .Weights.Where(pair => !pair.Key.StartsWith("head.", StringComparison.Ordinal) && pair.Value.requires_grad)
            .Select(pair => pair.Value)
            .ToList();
        using var layerSteps = optim.AdamW(layers, options.Rate, weight_decay: 0.01);
        using var headSteps = optim.AdamW(heads, options.HeadRate, weight_decay: 0);
        var watch = Stopwatch.StartNew();
        var (step, saved, evaluated) = (0, 0.0, 0.0);
        var recent = new Queue<(double Loss, double Right)>();
        encoder.train();
        while (watch.Elapsed.TotalMinutes < options.Minutes)
        {
            var done = watch.Elapsed.TotalMinutes / options.Minutes;
            var share = Math.Min((step + 1) / 40.0, 1) * (1 - (0.95 * done));
            foreach (var (optimizer, rate) in new (optim.Optimizer, double)[] { (layerSteps, options.Rate), (headSteps, options.HeadRate) })
            {
                foreach (var group in optimizer.ParamGroups)
                {
                    group.LearningRate = rate * share;
                }
            }

            recent.Enqueue(Step(encoder, cache, groups.Next(options.Groups), groups.Passages));
            nn.utils.clip_grad_norm_(layers.Concat(heads), 1.0);
            layerSteps.step();
            headSteps.step();
            layerSteps.zero_grad();
            headSteps.zero_grad();
            if (recent.Count > 50)
            {
                recent.Dequeue();
            }

            if (++step % 25 == 0)
            {
                var pairs = step * options.Groups * (options.Negatives + 1);
                Console.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{watch.Elapsed.TotalMinutes:F1} min, step {step}: loss {recent.Average(one => one.Loss):F3}, "
                            + $"first {recent.Average(one => one.Right):F3}, "
                            + $"{pairs / watch.Elapsed.TotalSeconds:F1} pairs/s"
                    )
                );
            }

            if (watch.Elapsed.TotalMinutes - saved > 3)
            {
                saved = watch.Elapsed.TotalMinutes;
                WeightFile.Write(options.Out, encoder);
            }

            if (watch.Elapsed.TotalMinutes - evaluated > options.EvaluateMinutes)
            {
                evaluated = watch.Elapsed.TotalMinutes;
                evaluate();
            }
        }

        WeightFile.Write(options.Out, encoder);
        evaluate();
    }

    private static (double Loss, double Right) Step(
        CrossEncoder encoder,
        StateCache cache,
        IReadOnlyList<Group> groups,
        IReadOnlyList<int[]> tokens
    )
    {
        using var scope = NewDisposeScope();
        var stored = cache.Passages(
            groups.SelectMany(group => group.Positive < 0 ? group.Negatives : [group.Positive, .. group.Negatives]),
            tokens
        );
        var made = groups.Where(group => group.PositiveTokens is not null).ToArray();
        var madeStates = made.Length == 0 ? [] : cache.Passages([.. made.Select(group => group.PositiveTokens!)]);
        var questions = cache.Queries([.. groups.Select(group => group.Query)]);
        var (queries, passages) = (new List<Tensor>(), new List<Tensor>());
        for (var i = 0; i < groups.Count; i++)
        {
            var group = groups[i];
            passages.Add(group.Positive < 0 ? madeStates[Array.IndexOf(made, group)] : stored[group.Positive]);
            passages.AddRange(group.Negatives.Select(number => stored[number]));
            queries.AddRange(Enumerable.Repeat(questions[i], group.Negatives.Length + 1));
        }

        var scores = encoder.Score(queries, passages).view(groups.Count, -1);
        var offsets = groups.SelectMany(group => group.Offsets ?? new float[group.Negatives.Length + 1]).ToArray();
        scores = scores + tensor(offsets, groups.Count, offsets.Length / groups.Count);
        var loss = -nn.functional.log_softmax(scores, 1).select(1, 0).mean();
        loss.backward();
        return (loss.item<float>(), scores.argmax(1).eq(0).to(float32).mean().item<float>());
    }
}
