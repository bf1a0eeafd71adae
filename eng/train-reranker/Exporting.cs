using System.Runtime.InteropServices;
using EmbedPlatform.Inference.Onnx;
using EmbedPlatform.TrainReranker.Model;

namespace EmbedPlatform.TrainReranker;

/// <summary>A trained cross-encoder as an ONNX graph of [CLS] query [SEP] passage [SEP], as RerankService runs it.</summary>
internal sealed class Exporting
{
    private const long Heads = 12;
    private const float Hidden = -10_000f;

    private readonly GraphBuilder _graph = new("minilm-rerank");
    private readonly Dictionary<string, Weight> _weights;

    private Exporting(Dictionary<string, Weight> weights) => _weights = weights;

    public static void Run(string weights, string path)
    {
        var (apart, values) = WeightFile.Read(weights);
        OnnxWriter.Write(new Exporting(values).Build(apart), path);
    }

    private OnnxModel Build(int apart)
    {
        var g = _graph;
        var ids = g.Input("input_ids", OnnxType.Int64, "batch_size", "sequence_length");
        var mask = g.Input("attention_mask", OnnxType.Int64, "batch_size", "sequence_length");
        var types = g.Input("token_type_ids", OnnxType.Int64, "batch_size", "sequence_length");

        var real = g.Cast(mask, OnnxType.Float);
        var second = g.Cast(types, OnnxType.Float);
        var passage = g.Mul(real, second);
        var query = g.Sub(real, passage);

        // [batch, 1, tokens, tokens]: what a token may not look at.
        var seen = g.Unsqueeze(real, 1);
        var same = g.Cast(g.Operation("Equal", [g.Unsqueeze(types, 1), g.Unsqueeze(types, 2)]), OnnxType.Float);
        var all = g.Add(g.Mul(same, g.Constant(0f)), seen);
        var joint = Blocked(all);
        var separate = Blocked(g.Mul(same, seen));

        var states = Embeddings(ids, mask, types);
        for (var layer = 0; layer < CrossEncoder.Layers; layer++)
        {
            if (layer == apart)
            {
                states = g.Add(states, g.Gather(Stored("head.segments"), types));
            }

            states = Layer(states, $"encoder.layer.{layer}", layer < apart ? separate : joint);
        }

        return g.Output("logits", Head(states, query, passage), OnnxType.Float, "batch_size", 1).Build();
    }

    private GraphValue Blocked(GraphValue visible) =>
        _graph.Unsqueeze(_graph.Mul(_graph.Sub(_graph.Constant(1f), visible), _graph.Constant(Hidden)), 1);

    private GraphValue Embeddings(GraphValue ids, GraphValue mask, GraphValue types)
    {
        var g = _graph;
        // The passage is counted from 1 on: the bi-encoder had a [CLS] before it. Padding does not matter, as long as it has a position.
        var index = g.Sub(g.Operation("CumSum", [g.Add(g.Mul(mask, g.Integer(0)), g.Integer(1)), g.Integer(1)]), g.Integer(1));
        var first = g.ReduceSum(g.Mul(mask, g.Sub(g.Integer(1), types)), keep: true, 1);
        var positions = g.Max(g.Sub(index, g.Mul(types, g.Sub(first, g.Integer(1)))), g.Integer(0));
        var words = g.Gather(Stored("embeddings.word_embeddings.weight"), ids);
        var kind = _weights["embeddings.token_type_embeddings.weight"];
        var states = g.Add(words, g.Gather(Stored("embeddings.position_embeddings.weight"), positions));
        return Norm(
            g.Add(states, g.Weight("embeddings.kind", kind.Values[..CrossEncoder.Width], CrossEncoder.Width)),
            "embeddings.LayerNorm"
        );
    }

    private GraphValue Layer(GraphValue x, string name, GraphValue bias)
    {
        var g = _graph;
        GraphValue Part(string part) => Dense(x, $"{name}.attention.self.{part}");
        var attended = g.MultiHeadAttention(
            Part("query"),
            Part("key"),
            Part("value"),
            Heads,
            1 / MathF.Sqrt(CrossEncoder.Width / Heads),
            bias
        );
        x = Norm(g.Add(Dense(attended, $"{name}.attention.output.dense"), x), $"{name}.attention.output.LayerNorm");
        var inner = g.Gelu(Dense(x, $"{name}.intermediate.dense"));
        return Norm(g.Add(Dense(inner, $"{name}.output.dense"), x), $"{name}.output.LayerNorm");
    }

    private GraphValue Head(GraphValue states, GraphValue query, GraphValue passage)
    {
        var g = _graph;
        var cosine = g.ReduceSum(g.Mul(Unit(Mean(states, query)), Unit(Mean(states, passage))), keep: true, 1);
        var unit = Unit(states);
        var products = g.MatMul(unit, g.Transpose(unit, 0, 2, 1));
        var best = g.ReduceMax(g.Add(products, g.Unsqueeze(g.Mul(g.Sub(passage, g.Constant(1f)), g.Constant(10f)), 1)), keep: false, 2);
        var attention = _weights["head.attention"];
        var score = g.Operation(
            "Squeeze",
            [g.MatMul(states, g.Weight("head.attention", attention.Values, CrossEncoder.Width, 1)), g.Integers(2)]
        );
        var weights = g.Softmax(g.Add(score, g.Mul(g.Sub(query, g.Constant(1f)), g.Constant(-Hidden))));
        var matches = g.ReduceSum(g.Mul(best, weights), keep: true, 1);
        var cls = g.Gather(states, g.Integer(0), axis: 1);
        var linear = g.Linear(
            cls,
            g.Weight("head.cls.weight", _weights["head.cls.weight"].Values, CrossEncoder.Width, 1),
            g.Weight("head.cls.bias", _weights["head.cls.bias"].Values, 1)
        );
        var scales = _weights["head.scales"].Values;
        return g.Add(g.Add(g.Mul(cosine, g.Constant(scales[0])), g.Mul(matches, g.Constant(scales[1]))), linear);
    }

    private GraphValue Mean(GraphValue states, GraphValue mask)
    {
        var g = _graph;
        return g.Div(
            g.ReduceSum(g.Mul(states, g.Unsqueeze(mask, 2)), keep: false, 1),
            g.Max(g.ReduceSum(mask, keep: true, 1), g.Constant(1f))
        );
    }

    private GraphValue Unit(GraphValue x)
    {
        var g = _graph;
        return g.Div(x, g.Max(g.Operation("ReduceL2", [x], ("axes", new long[] { -1 }), ("keepdims", 1L)), g.Constant(1e-12f)));
    }

    private GraphValue Norm(GraphValue x, string name) =>
        _graph.LayerNormalization(x, Stored($"{name}.weight"), Stored($"{name}.bias"), 1e-12f);

    private GraphValue Dense(GraphValue x, string name)
    {
        var weight = _weights[$"{name}.weight"];
        var (rows, columns) = ((int)weight.Shape[0], (int)weight.Shape[1]);
        var values = new float[weight.Values.Length];
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                values[(column * rows) + row] = weight.Values[(row * columns) + column];
            }
        }

        return _graph.Linear(x, _graph.Weight($"{name}.weight", values, columns, rows), Stored($"{name}.bias"));
    }

    private GraphValue Stored(string name) => _graph.Weight(name, _weights[name].Values, _weights[name].Shape);
}
