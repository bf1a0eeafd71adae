namespace EmbedPlatform.Inference.Tokenization.Models;

/// <summary>For each position of a pre-token the best way to it.</summary>
internal sealed class UnigramLattice
{
    private int[] _start = [];
    private int[] _id = [];
    private double[] _score = [];

    public Span<int> Start => _start;

    public Span<int> Id => _id;

    public Span<double> Score => _score;

    /// <summary>Makes room for a pre-token and forgets the last one; a start of -1 means that no way leads there.</summary>
    public void Reset(int length)
    {
        if (_start.Length <= length)
        {
            var size = Math.Max(64, Math.Max(length + 1, 2 * _start.Length));
            (_start, _id, _score) = (new int[size], new int[size], new double[size]);
        }

        _start.AsSpan(0, length + 1).Fill(-1);
        _score[0] = 0;
    }
}
