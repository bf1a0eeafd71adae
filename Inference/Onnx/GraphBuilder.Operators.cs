namespace EmbedPlatform.Inference.Onnx;

/// <content>The operators that transformers need, by ONNX's names (onnx.ai/onnx/operators).</content>
public sealed partial class GraphBuilder
{
    /// <summary>a + b.</summary>
    public GraphValue Add(GraphValue a, GraphValue b) => Operation("Add", [a, b]);

    /// <summary>a - b.</summary>
    public GraphValue Sub(GraphValue a, GraphValue b) => Operation("Sub", [a, b]);

    /// <summary>a · b, element by element.</summary>
    public GraphValue Mul(GraphValue a, GraphValue b) => Operation("Mul", [a, b]);

    /// <summary>a / b.</summary>
    public GraphValue Div(GraphValue a, GraphValue b) => Operation("Div", [a, b]);

    /// <summary>The maximum of a and b.</summary>
    public GraphValue Max(GraphValue a, GraphValue b) => Operation("Max", [a, b]);

    /// <summary>The matrix product over the last two axes.</summary>
    public GraphValue MatMul(GraphValue a, GraphValue b) => Operation("MatMul", [a, b]);

    /// <summary>x·W + b.</summary>
    public GraphValue Linear(GraphValue x, GraphValue weight, GraphValue bias) => Add(MatMul(x, weight), bias);

    /// <summary>x·W + b of a matrix x, in one operation.</summary>
    public GraphValue Gemm(GraphValue x, GraphValue weight, GraphValue bias) => Operation("Gemm", [x, weight, bias]);

    /// <summary>The matrix product of 8-bit numbers, in 32 bits; the zero point of <paramref name="a"/> is subtracted.</summary>
    public GraphValue MatMulInteger(GraphValue a, GraphValue b, GraphValue zeroPoint) => Operation("MatMulInteger", [a, b, zeroPoint]);

    /// <summary>max(x, 0).</summary>
    public GraphValue Relu(GraphValue x) => Operation("Relu", [x]);

    /// <summary>The hyperbolic tangent.</summary>
    public GraphValue Tanh(GraphValue x) => Operation("Tanh", [x]);

    /// <summary>The absolute value.</summary>
    public GraphValue Abs(GraphValue x) => Operation("Abs", [x]);

    /// <summary>The square root.</summary>
    public GraphValue Sqrt(GraphValue x) => Operation("Sqrt", [x]);

    /// <summary>1 / x.</summary>
    public GraphValue Reciprocal(GraphValue x) => Operation("Reciprocal", [x]);

    /// <summary>To the nearest integer, halves to even.</summary>
    public GraphValue Round(GraphValue x) => Operation("Round", [x]);

    /// <summary>The error function.</summary>
    public GraphValue Erf(GraphValue x) => Operation("Erf", [x]);

    /// <summary>exp(x) / Σ exp(x) over an axis.</summary>
    public GraphValue Softmax(GraphValue x, long axis = -1) => Operation("Softmax", [x], ("axis", axis));

    /// <summary>(x - mean) / sqrt(variance + epsilon) · scale + bias over the last axis.</summary>
    public GraphValue LayerNormalization(GraphValue x, GraphValue scale, GraphValue bias, float epsilon) =>
        Operation("LayerNormalization", [x, scale, bias], ("axis", -1L), ("epsilon", epsilon));

    /// <summary>The rows of a table by index.</summary>
    public GraphValue Gather(GraphValue table, GraphValue indices, long axis = 0) => Operation("Gather", [table, indices], ("axis", axis));

    /// <summary>Another shape; 0 keeps an axis, -1 infers its size.</summary>
    public GraphValue Reshape(GraphValue x, params long[] shape) => Operation("Reshape", [x, Integers(shape)]);

    /// <summary>Another shape, known only at run time.</summary>
    public GraphValue Reshape(GraphValue x, GraphValue shape) => Operation("Reshape", [x, shape]);

    /// <summary>The axes in another order.</summary>
    public GraphValue Transpose(GraphValue x, params long[] order) => Operation("Transpose", [x], ("perm", order));

    /// <summary>Part of one axis, from <paramref name="start"/> up to <paramref name="end"/>.</summary>
    public GraphValue Slice(GraphValue x, GraphValue start, GraphValue end, long axis) =>
        Operation("Slice", [x, start, end, Integers(axis)]);

    /// <summary>An axis split into equal or given parts.</summary>
    public GraphValue[] Split(GraphValue x, long axis, params long[] sizes) =>
        AxesAreAttributes
            ? Operation("Split", sizes.Length, [x], "", ("axis", axis), ("split", sizes))
            : Operation("Split", sizes.Length, [x, Integers(sizes)], "", ("axis", axis));

    /// <summary>Concatenation along an axis.</summary>
    public GraphValue Concat(long axis, params ReadOnlySpan<GraphValue> values) => Operation("Concat", values, ("axis", axis));

    /// <summary>New axes of size 1.</summary>
    public GraphValue Unsqueeze(GraphValue x, params long[] axes) =>
        AxesAreAttributes ? Operation("Unsqueeze", [x], ("axes", axes)) : Operation("Unsqueeze", [x, Integers(axes)]);

    /// <summary>The sum over axes.</summary>
    public GraphValue ReduceSum(GraphValue x, bool keep, params long[] axes) =>
        AxesAreAttributes
            ? Operation("ReduceSum", [x], ("axes", axes), ("keepdims", keep ? 1L : 0L))
            : Operation("ReduceSum", [x, Integers(axes)], ("keepdims", keep ? 1L : 0L));

    /// <summary>The mean over axes.</summary>
    public GraphValue ReduceMean(GraphValue x, bool keep, params long[] axes) =>
        Operation("ReduceMean", [x], ("axes", axes), ("keepdims", keep ? 1L : 0L));

    /// <summary>The maximum over axes.</summary>
    public GraphValue ReduceMax(GraphValue x, bool keep, params long[] axes) =>
        Operation("ReduceMax", [x], ("axes", axes), ("keepdims", keep ? 1L : 0L));

    /// <summary>The same numbers in another type.</summary>
    public GraphValue Cast(GraphValue x, OnnxType type) => Operation("Cast", [x], ("to", (long)type));

    /// <summary>The sizes of a tensor.</summary>
    public GraphValue Shape(GraphValue x) => Operation("Shape", [x]);

    /// <summary>The size of one axis, as a list of one.</summary>
    public GraphValue SizeOf(GraphValue x, long axis) => Gather(Shape(x), Integers(axis));

    /// <summary>x · Φ(x), the exact form with the error function.</summary>
    public GraphValue Gelu(GraphValue x) => Mul(Mul(x, Add(Erf(Div(x, Constant(MathF.Sqrt(2)))), Constant(1f))), Constant(0.5f));

    /// <summary>ONNX Runtime's fused attention (com.microsoft.MultiHeadAttention): queries, keys and values [batch, seq, width].</summary>
    /// <param name="query">The queries.</param>
    /// <param name="key">The keys.</param>
    /// <param name="value">The values.</param>
    /// <param name="heads">The number of heads.</param>
    /// <param name="scale">The factor applied to the products.</param>
    /// <param name="bias">Added to the products: [batch or 1, heads or 1, seq, seq].</param>
    public GraphValue MultiHeadAttention(GraphValue query, GraphValue key, GraphValue value, long heads, float scale, GraphValue bias) =>
        Operation(
            "MultiHeadAttention",
            1,
            [query, key, value, GraphValue.None, GraphValue.None, bias],
            Microsoft,
            ("num_heads", heads),
            ("scale", scale)
        )[0];
}
