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
    private GraphValue _shape;

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
        _shape = g.Shape(ids);

        var x = g.Add(g.Gather(EmbeddingTable(), ids), g.Slice(Timing(), g.Integers(0), g.SizeOf(ids, 1), 0));
        var bias = g.Mul(g.Sub(g.Constant(1f), g.Unsqueeze(mask, 1, 2)), g.Constant(-1e9f));
        x = g.Reshape(x, -1, EmbeddingWidth);
        var residual = Linear("0.residual", x, Stored($"{Applied}{Layer(0)}/dense/", EmbeddingWidth, Dimension));
        var h = g.Add(residual, Attention(x, bias, 0, EmbeddingWidth));
        x = g.Add(Linear("0.ffn.out", Inside(h, 0), FeedForwardOut(0)), h);
        h = g.Add(x, Attention(x, bias, 1, Dimension));
        var sentence = Head(Mean(h, Inside(h, 1), mask));

        return g.Output("sentence_embedding", sentence, OnnxType.Float, "batch", Dimension).Build();
    }

    private static string Layer(int number) => $"Layer_{number}/TransformerLayer";

    /// <summary>
    /// The mean of h + inner·W + b over the tokens. The mean goes through the last matrix instead of every token: the same in exact
    /// arithmetic, and a sixth of all the work saved.
    /// </summary>
    private GraphValue Mean(GraphValue h, GraphValue inner, GraphValue mask)
    {
        var g = _graph;
        var total = g.ReduceSum(mask, keep: true, 1);
        var count = g.Max(total, g.Constant(1f));
        var weights = g.Unsqueeze(g.Div(mask, count), 1);
        GraphValue Average(GraphValue tokens, long width) =>
            g.Reshape(g.MatMul(weights, g.Reshape(tokens, g.Concat(0, _shape, g.Integers(width)))), -1, width);

        var (kernel, offset) = FeedForwardOut(1);
        var ffn = g.MatMul(Average(inner, Inner), g.Weight("1.ffn.out.weight", kernel, Inner, Dimension));
        var bias = g.Mul(g.Div(total, count), g.Weight("1.ffn.out.bias", offset, Dimension));
        return g.Add(Average(h, Dimension), g.Add(ffn, bias));
    }

    private GraphValue Head(GraphValue mean)
    {
        var g = _graph;
        var kernel = _weights.Floats("module/Encoder_en/hidden_layers/tanh_layer_0/weights", Dimension, Dimension);
        var hidden = g.Tanh(
            Linear("head", mean, (kernel, _weights.Floats("module/Encoder_en/hidden_layers/tanh_layer_0/bias", Dimension)))
        );
        var squares = g.ReduceSum(g.Mul(hidden, hidden), keep: true, -1);
        return g.Div(hidden, g.Sqrt(g.Max(squares, g.Constant(1e-12f))));
    }

    /// <summary>
    /// The graph adds the embedding to (embedding + position), so the table holds twice the embedding; exact in floating point.
    /// </summary>
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

    private GraphValue Attention(GraphValue x, GraphValue bias, int number, int width)
    {
        var g = _graph;
        var prefix = $"{Module}{Layer(number)}/MultiheadAttention/";
        var applied = $"{Applied}{Layer(number)}/MultiheadAttention/";
        var projections = new FoldedLayerNorm(Norm($"{Layer(number)}/", width), QueryKeyValue(prefix, applied, number, width));
        var scaled = Scaled(x);
        var shape = g.Concat(0, _shape, g.Integers(Heads, width / Heads));

        GraphValue Projected(string name, int part, params long[] order) =>
            g.Transpose(g.Reshape(Linear($"{number}.{name}", scaled, projections.Columns(part * width, width)), shape), order);
        var products = g.MatMul(Projected("query", 0, 0, 2, 1, 3), Projected("key", 1, 0, 2, 3, 1));
        var attended = g.MatMul(g.Softmax(g.Add(products, bias)), Projected("value", 2, 0, 2, 1, 3));
        var joined = g.Reshape(g.Transpose(attended, 0, 2, 1, 3), -1, width);
        return Linear(
            $"{number}.output",
            joined,
            (
                _weights.Floats($"{prefix}output_transform_single/kernel/part_0", 1, 1, width, Dimension),
                _weights.Floats($"{applied}output_transform_single/bias/ConcatPartitions/concat", Dimension)
            )
        );
    }

    /// <summary>The kernel [in, 3·width] and its bias, with the scale of the queries multiplied into the first third.</summary>
    private (float[] Kernel, float[] Bias) QueryKeyValue(string prefix, string applied, int number, int width)
    {
        var kernel = _weights.Floats($"{prefix}qkv_transform_single/kernel/part_0", 1, 1, width, 3 * width);
        var bias = _weights.Floats($"{applied}qkv_transform_single/bias/ConcatPartitions/concat", 3 * width);
        var scale = _weights.Floats($"{Applied}TransformerStack/{Layer(number)}/MultiheadAttention/mul/y")[0];
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

    /// <summary>relu(norm(h)·W + b): the wide half of the feed-forward network.</summary>
    private GraphValue Inside(GraphValue h, int number)
    {
        var kernel = _weights.Floats($"{Applied}TransformerStack/{Layer(number)}/FFN/conv1/Tensordot/Reshape_1", Dimension, Inner);
        var bias = _weights.Floats($"{Applied}{Layer(number)}/FFN/conv1/bias/ConcatPartitions/concat", Inner);
        var folded = new FoldedLayerNorm(Norm($"{Layer(number)}/FFN/", Dimension), (kernel, bias));
        return _graph.Relu(Linear($"{number}.ffn.in", Scaled(h), folded.Columns(0, Inner)));
    }

    private (float[] Kernel, float[] Bias) FeedForwardOut(int number) =>
        (
            _weights.Floats($"{Applied}TransformerStack/{Layer(number)}/FFN/conv2/Tensordot/Reshape_1", Inner, Dimension),
            _weights.Floats($"{Applied}{Layer(number)}/FFN/conv2/bias/ConcatPartitions/concat", Dimension)
        );

    private (float[] Scale, float[] Bias) Norm(string place, int width)
    {
        var prefix = $"{Applied}{place}layer_prepostprocess/layer_norm/";
        return (
            _weights.Floats($"{prefix}layer_norm_scale/ConcatPartitions/concat", width),
            _weights.Floats($"{prefix}layer_norm_bias/ConcatPartitions/concat", width)
        );
    }

    private (float[] Kernel, float[] Bias) Stored(string prefix, int rows, int columns) =>
        (
            _weights.Floats($"{prefix}kernel/ConcatPartitions/concat", rows, columns),
            _weights.Floats($"{prefix}bias/ConcatPartitions/concat", columns)
        );

    /// <summary>
    /// The part of a layer normalisation that <see cref="FoldedLayerNorm"/> cannot fold: the division of each row by its deviation.
    /// </summary>
    private GraphValue Scaled(GraphValue x)
    {
        var g = _graph;
        var mean = g.ReduceMean(x, keep: true, -1);
        var variance = g.Sub(g.ReduceMean(g.Mul(x, x), keep: true, -1), g.Mul(mean, mean));
        return g.Mul(x, g.Reciprocal(g.Sqrt(g.Add(g.Max(variance, g.Constant(0f)), g.Constant(Epsilon)))));
    }

    private GraphValue Linear(string name, GraphValue x, (float[] Kernel, float[] Bias) weights)
    {
        var (rows, columns) = (weights.Kernel.Length / weights.Bias.Length, weights.Bias.Length);
        return _graph.Gemm(
            x,
            _graph.Weight($"{name}.weight", weights.Kernel, rows, columns),
            _graph.Weight($"{name}.bias", weights.Bias, columns)
        );
    }
}
