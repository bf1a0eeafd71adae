namespace EmbedPlatform.Inference.Tokenization.Models;

/// <summary>The best path to a position.</summary>
internal struct UnigramStep
{
    /// <summary>The sum of its scores.</summary>
    public double Score;

    /// <summary>Where its last piece starts.</summary>
    public int Start;

    /// <summary>That piece's id; -1 for an unknown character.</summary>
    public int Id;
}

/// <summary>For each position of a pre-token, the best path to it.</summary>
internal sealed class UnigramLattice
{
    private static readonly UnigramStep Unreached = new() { Score = double.NegativeInfinity, Start = -1 };
    private UnigramStep[] _steps = [];

    public Span<UnigramStep> Steps => _steps;

    /// <summary>Prepares the lattice for a new pre-token.</summary>
    public void Reset(int length)
    {
        if (_steps.Length <= length)
        {
            _steps = new UnigramStep[Math.Max(64, Math.Max(length + 1, 2 * _steps.Length))];
        }

        _steps.AsSpan(0, length + 1).Fill(Unreached);
        _steps[0].Score = 0;
    }
}
