namespace EmbedPlatform.Inference.Quantization;

/// <summary>Rows that went into a product while a model of floats ran over sample texts.</summary>
/// <param name="width">The length of a row.</param>
internal sealed class ActivationSample(int width)
{
    /// <summary>More would only cost memory: a large model has a hundred products.</summary>
    private const int Most = 512;

    private readonly List<float[]> _rows = [];

    public IReadOnlyList<float[]> Rows => _rows;

    /// <summary>Takes a few rows of a text's matrix, spread over it, the first always: it pools what others do not.</summary>
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
