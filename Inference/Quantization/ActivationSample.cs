namespace EmbedPlatform.Inference.Quantization;

/// <summary>Rows of a linear layer's input, sampled while the float model ran over sample texts.</summary>
/// <param name="width">The length of a row.</param>
internal sealed class ActivationSample(int width)
{
    /// <summary>More rows would only cost memory: a large model has a hundred linear layers.</summary>
    private const int Most = 512;

    private readonly List<float[]> _rows = [];

    public IReadOnlyList<float[]> Rows => _rows;

    /// <summary>Takes a few evenly spread rows of a text, always including the first: the start token differs from the others.</summary>
    public void Add(ReadOnlySpan<float> matrix)
    {
        var count = matrix.Length / width;
        var step = Math.Max(1, count / 3);
        for (var row = 0; row < count && _rows.Count < Most; row += step)
        {
            _rows.Add(matrix.Slice(row * width, width).ToArray());
        }
    }
}
