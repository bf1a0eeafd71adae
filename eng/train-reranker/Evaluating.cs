using System.Globalization;
using EmbedPlatform.Inference;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Models;
using EmbedPlatform.Inference.Tokenization;
using EmbedPlatform.TrainReranker.Data;
using EmbedPlatform.TrainReranker.Model;
using static TorchSharp.torch;

namespace EmbedPlatform.TrainReranker;

/// <summary>Scores of the documents with these numbers for a query.</summary>
internal delegate double[] PairScorer(string query, IReadOnlyList<int> documents);

/// <summary>A query with what the reranker says of its first candidates.</summary>
internal sealed record Scored(string Query, IReadOnlyList<Found> Documents, double[] Scores, IReadOnlyDictionary<string, int> Judgements);

/// <summary>What a reranker gains.</summary>
internal static class Evaluating
{
    private static readonly double[] Weights = [0, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 5];

    /// <summary>
    /// Measures on the held-out training queries of a judged collection, or on all of another split, by the weights or by an exported
    /// graph.
    /// </summary>
    public static void Run(Func<string, string?, string> option)
    {
        set_num_threads(2);
        var texts = new Texts(Tokenizer.Load(option("tokenizer", null)));
        var collection = new Collection(option("data", null), option("candidates", null), option("split", "train"), texts);
        var queries = (option("split", "train") == "train" ? collection.Parts().HeldOut : collection.Queries).Take(
            int.Parse(option("queries", "10000"))
        );
        var depth = int.Parse(option("depth", "20"));
        Measure(
            Scorer(option, texts, [.. collection.Documents.Select(document => document.Passage)], collection.Tokens),
            collection,
            queries,
            depth,
            option("out", "")
        );
    }

    /// <summary>
    /// Measures on package descriptions that were kept out of training: short description to long one, among those found by BM25 and the
    /// bi-encoder together.
    /// </summary>
    public static void RunPackages(Func<string, string?, string> option)
    {
        set_num_threads(2);
        var texts = new Texts(Tokenizer.Load(option("tokenizer", null)));
        var random = new Random(3);
        var packages = Packages
            .Read(option("packages", null))
            .Where(GroupMaker.IsHeldOut)
            .OrderBy(_ => random.Next())
            .Take(int.Parse(option("documents", "3000")))
            .ToList();
        int[][] tokens = [.. packages.Select(package => texts.Tokens(package.Text))];
        using var encoder = new CrossEncoder(BertWeights.Read(option("embedder", null)), CrossEncoder.Layers, 0);
        var words = new Bm25(tokens);
        var vectors = Embeddings(encoder, tokens);
        var queries = Enumerable.Range(0, int.Parse(option("queries", "200"))).ToArray();
        var asked = Embeddings(encoder, [.. queries.Select(number => texts.Tokens(packages[number].Title))]);
        var scorer = Scorer(option, texts, [.. packages.Select(package => package.Text)], tokens);
        var depth = int.Parse(option("depth", "20"));
        var scored = new List<Scored>();
        foreach (var query in queries)
        {
            var lexical = words
                .Search(texts.Tokens(packages[query].Title), 100)
                .ToDictionary(found => found.Document, found => found.Score);
            var dense = vectors
                .Select((vector, number) => (number, Score: vector.Zip(asked[query], (a, b) => (double)a * b).Sum()))
                .OrderByDescending(pair => pair.Score)
                .Take(100)
                .ToDictionary(pair => pair.number, pair => pair.Score);
            var pool = lexical
                .Keys.Union(dense.Keys)
                .Select(number => new Found(
                    $"{number}",
                    0,
                    lexical.TryGetValue(number, out var one) ? one : null,
                    dense.TryGetValue(number, out var other) ? other : null
                ))
                .ToList();
            var order = FusedOrder.Rank(pool, new double[pool.Count], 1, 0);
            var first = order.Take(depth).Select(i => pool[i]).ToList();
            scored.Add(
                new Scored(
                    $"{query}",
                    first,
                    scorer(packages[query].Title, [.. first.Select(found => int.Parse(found.Id))]),
                    new Dictionary<string, int> { [$"{query}"] = 1 }
                )
            );
        }

        Console.WriteLine(Table(scored, depth));
    }

    /// <summary>A scorer by the weights that are trained.</summary>
    public static PairScorer Scorer(CrossEncoder encoder, Texts texts, IReadOnlyList<int[]> tokens, StateCache cache) =>
        (query, documents) =>
        {
            using var none = no_grad();
            using var scope = NewDisposeScope();
            var passages = cache.Passages(documents, tokens);
            var question = cache.Queries([texts.Tokens(query)])[0];
            return
            [
                .. documents
                    .Chunk(10)
                    .SelectMany(chunk =>
                        encoder
                            .Score([.. chunk.Select(_ => question)], [.. chunk.Select(number => passages[number])])
                            .data<float>()
                            .ToArray()
                    )
                    .Select(score => (double)score),
            ];
        };

    /// <summary>Prints nDCG@10 by the weight of the reranker.</summary>
    public static void Measure(PairScorer scorer, Collection collection, IEnumerable<Candidates> queries, int depth, string path = "")
    {
        var scored = new List<Scored>();
        foreach (var query in queries)
        {
            var first = query.Documents.Take(depth).ToList();
            scored.Add(
                new Scored(
                    query.Query,
                    query.Documents,
                    scorer(query.Text, [.. first.Select(found => collection.Number(found.Id))]),
                    collection.Judgements[query.Query]
                )
            );
        }

        Console.WriteLine(Table(scored, depth));
        if (path.Length > 0)
        {
            File.WriteAllLines(
                path,
                scored.Select(one =>
                    $"{one.Query}\t{string.Join(' ', one.Scores.Select(score => score.ToString("R", CultureInfo.InvariantCulture)))}"
                )
            );
        }
    }

    private static PairScorer Scorer(
        Func<string, string?, string> option,
        Texts texts,
        IReadOnlyList<string> passages,
        IReadOnlyList<int[]> tokens
    )
    {
        var path = option("model", null);
        if (Directory.Exists(path))
        {
            return Exported(path, option("tokenizer", null), passages);
        }

        var encoder = path.EndsWith(".onnx", StringComparison.Ordinal)
            ? new CrossEncoder(BertWeights.Read(path), int.Parse(option("apart", "3")), 0)
            : Load(path);
        encoder.eval();
        encoder.Half = option("half", "yes") == "yes";
        return Scorer(encoder, texts, tokens, new StateCache(encoder, int.Parse(option("tokens", "192"))));
    }

    private static PairScorer Exported(string folder, string tokenizer, IReadOnlyList<string> passages)
    {
        var entry = new CatalogEntry
        {
            Id = "trained",
            Task = ModelTask.Rerank,
            Family = "bert",
            Dimension = 1,
            MaxTokens = 512,
            Pooling = Pooling.None,
            Outputs = ["score"],
        };
        var model = RerankModel.Load(
            new InstalledModel(entry, folder, Path.Combine(folder, "model.onnx"), tokenizer, "", ""),
            new InferenceOptions { Workers = 2 }
        );
        return (query, documents) =>
            [
                .. model
                    .ScoreAsync(
                        query,
                        [.. documents.Select(number => passages[number])],
                        new RequestOptions { Lane = Lane.Bulk },
                        CancellationToken.None
                    )
                    .GetAwaiter()
                    .GetResult()
                    .Select(score => (double)score.Logit),
            ];
    }

    private static CrossEncoder Load(string path)
    {
        var (apart, weights) = WeightFile.Read(path);
        return new CrossEncoder(weights, apart, 0);
    }

    private static float[][] Embeddings(CrossEncoder encoder, IReadOnlyList<int[]> texts)
    {
        encoder.eval();
        using var none = no_grad();
        var vectors = new float[texts.Count][];
        foreach (var chunk in Enumerable.Range(0, texts.Count).OrderBy(number => texts[number].Length).Chunk(16))
        {
            using var scope = NewDisposeScope();
            var values = encoder.Embed([.. chunk.Select(number => (int[])[101, .. texts[number].Take(126), 102])]).to(float32);
            for (var i = 0; i < chunk.Length; i++)
            {
                vectors[chunk[i]] = values[i].data<float>().ToArray();
            }
        }

        return vectors;
    }

    private static string Table(List<Scored> scored, int depth)
    {
        var parts = new List<string> { $"{scored.Count} queries, nDCG@10 by the reranker's weight beside lexical 1, dense 1, and alone" };
        foreach (var seen in new[] { 10, 20, 30, 50, 100 }.Where(seen => seen <= depth))
        {
            double[] plain = [.. scored.Select(one => Ndcg(one, seen, 1, 0))];
            parts.Add($"\n  depth {seen}:");
            foreach (var weight in Weights)
            {
                double[] values = [.. scored.Select(one => Ndcg(one, seen, 1, weight))];
                parts.Add(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $" {weight} {values.Average():F4}{(weight > 0 ? $" (p {PairedTest(values, plain):F3})" : "")}"
                    )
                );
            }

            parts.Add(string.Create(CultureInfo.InvariantCulture, $" alone {scored.Average(one => Ndcg(one, seen, 0, 1)):F4}"));
        }

        return string.Concat(parts);
    }

    private static double Ndcg(Scored one, int seen, double hybrid, double weight)
    {
        var first = one.Documents.Take(seen).ToList();
        var order = weight == 0 ? [.. Enumerable.Range(0, first.Count)] : FusedOrder.Rank(first, one.Scores, hybrid, weight);
        return FusedOrder.Ndcg(order.Select(i => first[i].Id).Concat(one.Documents.Skip(seen).Select(found => found.Id)), one.Judgements);
    }

    /// <summary>Fisher's paired randomisation test, two-sided.</summary>
    private static double PairedTest(double[] one, double[] other)
    {
        double[] changed = [.. one.Zip(other, (a, b) => a - b).Where(difference => difference != 0)];
        var (random, extreme) = (new Random(1), 0);
        for (var sample = 0; sample < 10_000; sample++)
        {
            var sum = changed.Sum(difference => random.Next(2) == 0 ? difference : -difference);
            extreme += Math.Abs(sum) >= Math.Abs(changed.Sum()) - 1e-12 ? 1 : 0;
        }

        return (extreme + 1) / 10_001.0;
    }
}
