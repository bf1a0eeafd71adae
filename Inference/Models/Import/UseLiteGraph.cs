using EmbedPlatform.Inference.Onnx;

namespace EmbedPlatform.Inference.Models.Import;

/// <summary>
/// Universal Sentence Encoder Lite v2 as an ONNX graph (arxiv.org/abs/1803.11175, the transformer encoder of the TensorFlow.js export):
/// two pre-norm transformer layers, a plain mean over tokens, one tanh layer, length 1.
/// </summary>
internal sealed class UseLiteGraph
{
    public const int MaxTokens = 128;
    public const int Dimension = 512;

    private const int Pieces = 8002;
    private const int EmbeddingWidth = 256;
    private const int Heads = 4;
    private const int Inner = 1536;
    private const float Epsilon = 1e-6f;
    private const string Applied = "module_apply_default/Encoder_en/KonaTransformer/Encode/";
    private const string Module = "module/Encoder_en/KonaTransformer/Encode/";

    private readonly TfjsWeights _weights;
    private readonly GraphBuilder _graph = new("use-lite");

    private UseLiteGraph(TfjsWeights weights) => _weights = weights;

    /// <exception cref="InvalidDataException">The weights are not those of USE-lite.</exception>
    public static OnnxModel Build(TfjsWeights weights) => new UseLiteGraph(weights).Build();

    private OnnxModel Build()
    {
        var g = _graph;
        var ids = g.Input("input_ids", OnnxType.Int64, "batch", "sequence");
        var mask = g.Input("attention_mask", OnnxType.Int64, "batch", "sequence");

        ids = g.Slice(ids, g.Integers(0), g.Integers(MaxTokens), 1);
        mask = g.Cast(g.Slice(mask, g.Integers(0), g.Integers(MaxTokens), 1), OnnxType.Float);

        var x = g.Add(g.Gather(EmbeddingTable(), ids), g.Slice(Timing(), g.Integers(0), g.SizeOf(ids, 1), 0));
        var bias = g.Mul(g.Sub(g.Constant(1f), g.Unsqueeze(mask, 1, 2)), g.Constant(-1e9f));
        x = Layer(x, bias, 0, EmbeddingWidth);
        x = Layer(x, bias, 1, Dimension);

        var tokens = g.Mul(x, g.Unsqueeze(mask, 2));
        var count = g.Max(g.ReduceSum(mask, keep: true, 1), g.Constant(1f));
        var sum = g.Reshape(g.MatMul(g.Unsqueeze(mask, 1), x), 0, Dimension);
        var mean = g.Div(sum, count);
        var hidden = g.Tanh(Linear("head", mean, "module/Encoder_en/hidden_layers/tanh_layer_0/weights", [Dimension, Dimension], "module/Encoder_en/hidden_layers/tanh_layer_0/bias"));
        var squares = g.ReduceSum(g.Mul(hidden, hidden), keep: true, -1);
        var sentence = g.Div(hidden, g.Sqrt(g.Max(squares, g.Constant(1e-12f))));

        return g
            .Output("sentence_embedding", sentence, OnnxType.Float, "batch", Dimension)
            .Output("token_embeddings", tokens, OnnxType.Float, "batch", "tokens", Dimension)
            .Build();
    }

    /// <summary>The graph adds the embedding to (embedding + position), so the table holds twice the embedding; exact in floating point.</summary>
    private GraphValue EmbeddingTable()
    {
        var table = _weights.Floats("module/Embeddings_en", Pieces, EmbeddingWidth);
        return _graph.Weight("embeddings", Array.ConvertAll(table, value => 2 * value), Pieces, EmbeddingWidth);
    }

    /// <summary>Sines in the first half and cosines in the second, not interleaved.</summary>
    private GraphValue Timing()
    {
        const int Half = EmbeddingWidth / 2;
        var inverse = _weights.Floats($"{Applied}TransformerStack/Layer_0/AddTimingSignal/TimingSignal/ExpandDims_1", 1, Half);
        var table = new float[MaxTokens * EmbeddingWidth];
        for (var position = 0; position < MaxTokens; position++)
        {
            for (var k = 0; k < Half; k++)
            {
                table[(position * EmbeddingWidth) + k] = MathF.Sin(position * inverse[k]);
                table[(position * EmbeddingWidth) + Half + k] = MathF.Cos(position * inverse[k]);
            }
        }

        return _graph.Weight("timing", table, MaxTokens, EmbeddingWidth);
    }

    private GraphValue Layer(GraphValue x, GraphValue bias, int number, int width)
    {
        var layer = $"Layer_{number}/TransformerLayer";
        var attended = Attention(x, bias, layer, number, width);
        var residual = number == 0
            ? Linear($"{number}.residual", x, $"{Applied}{layer}/dense/kernel/ConcatPartitions/concat", [width, Dimension], $"{Applied}{layer}/dense/bias/ConcatPartitions/concat")
            : x;
        var h = _graph.Add(residual, attended);

        var stack = $"{Applied}TransformerStack/{layer}/FFN/";
        var normed = Normed($"{number}.ffn", h, $"{Applied}{layer}/FFN/layer_prepostprocess/layer_norm/", Dimension);
        var inner = _graph.Relu(Linear($"{number}.ffn.in", normed, $"{stack}conv1/Tensordot/Reshape_1", [Dimension, Inner], $"{Applied}{layer}/FFN/conv1/bias/ConcatPartitions/concat"));
        var outer = Linear($"{number}.ffn.out", inner, $"{stack}conv2/Tensordot/Reshape_1", [Inner, Dimension], $"{Applied}{layer}/FFN/conv2/bias/ConcatPartitions/concat");
        return _graph.Add(h, outer);
    }

    private GraphValue Attention(GraphValue x, GraphValue bias, string layer, int number, int width)
    {
        var g = _graph;
        var normed = Normed($"{number}.attention", x, $"{Applied}{layer}/layer_prepostprocess/layer_norm/", width);
        var (kernel, offset) = QueryKeyValue(layer, width);
        var qkv = g.Linear(normed, g.Weight($"{number}.qkv.weight", kernel, width, 3 * width), g.Weight($"{number}.qkv.bias", offset, 3 * width));
        var parts = g.Split(qkv, 2, width, width, width);

        GraphValue Head(GraphValue part, params long[] order) => g.Transpose(g.Reshape(part, 0, 0, Heads, width / Heads), order);
        var scores = g.Softmax(g.Add(g.MatMul(Head(parts[0], 0, 2, 1, 3), Head(parts[1], 0, 2, 3, 1)), bias));
        var joined = g.Reshape(g.Transpose(g.MatMul(scores, Head(parts[2], 0, 2, 1, 3)), 0, 2, 1, 3), 0, 0, width);
        var output = _weights.Floats($"{Module}{layer}/MultiheadAttention/output_transform_single/kernel/part_0", 1, 1, width, Dimension);
        return g.Linear(
            joined,
            g.Weight($"{number}.output.weight", output, width, Dimension),
            g.Weight($"{number}.output.bias", _weights.Floats($"{Applied}{layer}/MultiheadAttention/output_transform_single/bias/ConcatPartitions/concat", Dimension), Dimension));
    }

    /// <summary>The kernel [in, 3·width] and its bias, with the scale of the queries multiplied into the first third.</summary>
    private (float[] Kernel, float[] Bias) QueryKeyValue(string layer, int width)
    {
        var kernel = _weights.Floats($"{Module}{layer}/MultiheadAttention/qkv_transform_single/kernel/part_0", 1, 1, width, 3 * width);
        var bias = _weights.Floats($"{Applied}{layer}/MultiheadAttention/qkv_transform_single/bias/ConcatPartitions/concat", 3 * width);
        var scale = _weights.Floats($"{Applied}TransformerStack/{layer}/MultiheadAttention/mul/y")[0];
        for (var column = 0; column < width; column++)
        {
            bias[column] *= scale;
            for (var row = 0; row < width; row++)
            {
                kernel[(row * 3 * width) + column] *= scale;
            }
        }

        return (kernel, bias);
    }

    private GraphValue Normed(string name, GraphValue x, string prefix, int width)
    {
        var scale = _weights.Floats($"{prefix}layer_norm_scale/ConcatPartitions/concat", width);
        var bias = _weights.Floats($"{prefix}layer_norm_bias/ConcatPartitions/concat", width);
        return _graph.LayerNormalization(x, _graph.Weight($"{name}.norm.scale", scale, width), _graph.Weight($"{name}.norm.bias", bias, width), Epsilon);
    }

    private GraphValue Linear(string name, GraphValue x, string kernel, long[] shape, string bias) =>
        _graph.Linear(
            x,
            _graph.Weight($"{name}.weight", _weights.Floats(kernel, shape), shape),
            _graph.Weight($"{name}.bias", _weights.Floats(bias, shape[1]), shape[1]));
}
