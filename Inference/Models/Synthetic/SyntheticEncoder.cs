using EmbedPlatform.Inference.Onnx;

namespace EmbedPlatform.Inference.Models.Synthetic;

/// <summary>
/// A BERT or XLM-RoBERTa encoder (arxiv.org/abs/1810.04805, arxiv.org/abs/1911.02116) in the small steps in which PyTorch exports one:
/// layer normalisation, GELU and attention in single operations, shapes computed in the graph. It tests the code that reads published
/// files.
/// </summary>
internal sealed class SyntheticEncoder
{
    private const long PaddingId = 1;

    private readonly TransformerShape _shape;
    private readonly RandomWeights _weights;
    private readonly GraphBuilder _graph;

    private SyntheticEncoder(TransformerShape shape, RandomWeights weights)
    {
        (_shape, _weights) = (shape, weights);
        _graph = new GraphBuilder(shape.Name, shape.Opset);
    }

    public static OnnxModel Build(TransformerShape shape, RandomWeights weights) => new SyntheticEncoder(shape, weights).Build();

    private OnnxModel Build()
    {
        var g = _graph;
        var ids = g.Input("input_ids", OnnxType.Int64, "batch_size", "sequence_length");
        var mask = g.Input("attention_mask", OnnxType.Int64, "batch_size", "sequence_length");
        var types = _shape.IsRoberta ? default : g.Input("token_type_ids", OnnxType.Int64, "batch_size", "sequence_length");

        var blocked = g.Mul(g.Sub(g.Constant(1f), g.Cast(g.Unsqueeze(mask, 1, 2), OnnxType.Float)), g.Constant(float.MinValue));
        var x = Embeddings(ids, types);
        for (var layer = 0; layer < _shape.Layers; layer++)
        {
            x = Layer(x, blocked, $"encoder.layer.{layer}");
        }

        return _shape.CrossEncoder
            ? g.Output("logits", Head(x), OnnxType.Float, "batch_size", 1).Build()
            : g.Output("last_hidden_state", x, OnnxType.Float, "batch_size", "sequence_length", _shape.Hidden).Build();
    }

    private GraphValue Embeddings(GraphValue ids, GraphValue types)
    {
        var g = _graph;
        var tokens = g.Gather(Normal("embeddings.word_embeddings.weight", _shape.Vocabulary, _shape.Hidden), ids);
        var positions = g.Gather(Normal("embeddings.position_embeddings.weight", _shape.Positions, _shape.Hidden), Positions(ids));
        var kinds = g.Gather(
            Normal("embeddings.token_type_embeddings.weight", _shape.Types, _shape.Hidden),
            _shape.IsRoberta ? g.Sub(ids, ids) : types
        );
        return Norm(g.Add(g.Add(tokens, kinds), positions), "embeddings.LayerNorm");
    }

    /// <summary>0, 1, 2 … for BERT; for XLM-RoBERTa tokens are counted from after the padding's own position.</summary>
    private GraphValue Positions(GraphValue ids)
    {
        var g = _graph;
        if (!_shape.IsRoberta)
        {
            var all = new long[_shape.Positions];
            for (var i = 0; i < all.Length; i++)
            {
                all[i] = i;
            }

            return g.Slice(g.Unsqueeze(g.Integers(all), 0), g.Integers(0), g.SizeOf(ids, 1), 1);
        }

        var real = g.Cast(g.Operation("Not", [g.Operation("Equal", [ids, g.Integer(PaddingId)])]), OnnxType.Int64);
        return g.Add(g.Mul(g.Operation("CumSum", [real, g.Integer(1)]), real), g.Integer(PaddingId));
    }

    private GraphValue Layer(GraphValue x, GraphValue blocked, string name)
    {
        var g = _graph;
        var attended = Dense(
            Attention(x, blocked, $"{name}.attention.self"),
            $"{name}.attention.output.dense",
            _shape.Hidden,
            _shape.Hidden
        );
        x = Norm(g.Add(attended, x), $"{name}.attention.output.LayerNorm");
        var inner = g.Gelu(Dense(x, $"{name}.intermediate.dense", _shape.Hidden, _shape.Intermediate));
        return Norm(g.Add(Dense(inner, $"{name}.output.dense", _shape.Intermediate, _shape.Hidden), x), $"{name}.output.LayerNorm");
    }

    private GraphValue Attention(GraphValue x, GraphValue blocked, string name)
    {
        var g = _graph;
        var size = _shape.Hidden / _shape.Heads;
        GraphValue Heads(string part, params long[] order)
        {
            var projected = Dense(x, $"{name}.{part}", _shape.Hidden, _shape.Hidden);
            var shape = g.Concat(0, g.SizeOf(projected, 0), g.SizeOf(projected, 1), g.Integers(_shape.Heads), g.Integers(size));
            return g.Transpose(g.Reshape(projected, shape), order);
        }

        var query = Heads("query", 0, 2, 1, 3);
        var products = _shape.ScaledDotProduct
            ? ScaledProducts(query, Heads("key", 0, 2, 1, 3))
            : g.Div(g.MatMul(query, Heads("key", 0, 2, 3, 1)), g.Constant(MathF.Sqrt(size)));
        var context = g.Transpose(g.MatMul(g.Softmax(g.Add(products, blocked), axis: 3), Heads("value", 0, 2, 1, 3)), 0, 2, 1, 3);
        return g.Reshape(context, g.Concat(0, g.SizeOf(context, 0), g.SizeOf(context, 1), g.Integers(_shape.Hidden)));
    }

    /// <summary>
    /// Queries and keys each multiplied with sqrt(1 / sqrt(size)), the size read from the tensor, as scaled_dot_product_attention is
    /// exported.
    /// </summary>
    private GraphValue ScaledProducts(GraphValue query, GraphValue key)
    {
        var g = _graph;
        GraphValue Root() => g.Sqrt(g.Div(g.Constant(1f), g.Sqrt(g.Cast(g.SizeOf(query, 3), OnnxType.Float))));
        return g.MatMul(g.Mul(query, Root()), g.Mul(g.Transpose(key, 0, 1, 3, 2), Root()));
    }

    private GraphValue Head(GraphValue x)
    {
        var g = _graph;
        var first = g.Gather(x, g.Integer(0), 1);
        return Gemm(g.Tanh(Gemm(first, "classifier.dense", _shape.Hidden)), "classifier.out_proj", 1);
    }

    private GraphValue Gemm(GraphValue x, string name, int width) =>
        _graph.Operation("Gemm", [x, Normal($"{name}.weight", width, _shape.Hidden), Normal($"{name}.bias", width)], ("transB", 1L));

    private GraphValue Dense(GraphValue x, string name, int rows, int columns) =>
        _graph.Add(Normal($"{name}.bias", columns), _graph.MatMul(x, Normal($"{name}.weight", rows, columns)));

    private GraphValue Norm(GraphValue x, string name)
    {
        var g = _graph;
        var centred = g.Sub(x, g.ReduceMean(x, keep: true, -1));
        var variance = g.ReduceMean(g.Operation("Pow", [centred, g.Constant(2f)]), keep: true, -1);
        var scaled = g.Div(centred, g.Sqrt(g.Add(variance, g.Constant(_shape.Epsilon))));
        return g.Add(
            g.Mul(scaled, g.Weight(_weights.Constant($"{name}.weight", 1, _shape.Hidden))),
            g.Weight(_weights.Constant($"{name}.bias", 0, _shape.Hidden))
        );
    }

    private GraphValue Normal(string name, params long[] shape) => _graph.Weight(_weights.Normal(name, shape));
}
