namespace EmbedPlatform.Inference.Models.Import;

/// <summary>
/// A linear layer with the layer normalisation before it multiplied in, but for the division by the row's deviation:
/// norm(x)·W + b = (x / deviation)·W' + b', where W' holds the scale and the subtraction of the mean, which are linear, and b' the bias.
/// ONNX Runtime's own LayerNormalization is scalar on a CPU and takes an eighth of this model's time.
/// </summary>
internal sealed class FoldedLayerNorm
{
    private readonly float[] _kernel;
    private readonly float[] _bias;

    /// <param name="norm">Scale and bias of the normalisation, one per input column.</param>
    /// <param name="linear">The layer: kernel [in, out] and bias [out].</param>
    public FoldedLayerNorm((float[] Scale, float[] Bias) norm, (float[] Kernel, float[] Bias) linear)
    {
        var (rows, columns) = (norm.Scale.Length, linear.Bias.Length);
        _kernel = new float[linear.Kernel.Length];
        _bias = new float[columns];
        for (var column = 0; column < columns; column++)
        {
            var (mean, bias) = (0.0, (double)linear.Bias[column]);
            for (var row = 0; row < rows; row++)
            {
                var weight = (double)linear.Kernel[(row * columns) + column];
                mean += norm.Scale[row] * weight / rows;
                bias += norm.Bias[row] * weight;
            }

            for (var row = 0; row < rows; row++)
            {
                var at = (row * columns) + column;
                _kernel[at] = (float)(((double)norm.Scale[row] * linear.Kernel[at]) - mean);
            }

            _bias[column] = (float)bias;
        }
    }

    /// <summary>Some of the output's columns as a layer of their own.</summary>
    public (float[] Kernel, float[] Bias) Columns(int first, int count)
    {
        var (columns, rows) = (_bias.Length, _kernel.Length / _bias.Length);
        var kernel = new float[rows * count];
        for (var row = 0; row < rows; row++)
        {
            _kernel.AsSpan((row * columns) + first, count).CopyTo(kernel.AsSpan(row * count));
        }

        return (kernel, _bias[first..(first + count)]);
    }
}
