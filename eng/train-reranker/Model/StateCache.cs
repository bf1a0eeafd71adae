using TorchSharp;
using static TorchSharp.torch;

namespace EmbedPlatform.TrainReranker.Model;

/// <summary>The states of segments after the layers that read them apart and are not trained; those of passages are kept.</summary>
internal sealed class StateCache(CrossEncoder encoder, int maxPassage, int maxQuery = 64)
{
    private const int Cls = 101;
    private const int Sep = 102;
    private const int Batch = 16;

    private readonly Dictionary<int, Tensor> _passages = [];

    /// <summary>The states of stored passages by their number.</summary>
    public Dictionary<int, Tensor> Passages(IEnumerable<int> wanted, IReadOnlyList<int[]> tokens)
    {
        var distinct = wanted.Distinct().ToArray();
        var missing = distinct.Where(number => !_passages.ContainsKey(number)).OrderBy(number => tokens[number].Length).ToArray();
        foreach (var chunk in missing.Chunk(Batch))
        {
            foreach (var (number, states) in chunk.Zip(Passages([.. chunk.Select(number => tokens[number])])))
            {
                _passages[number] = states.DetachFromDisposeScope();
            }
        }

        return distinct.ToDictionary(number => number, number => _passages[number]);
    }

    /// <summary>The states of passages that are not kept.</summary>
    public Tensor[] Passages(IReadOnlyList<int[]> tokens) =>
        Compute([.. tokens.Select(passage => (int[])[.. passage.Take(maxPassage), Sep])], 1);

    /// <summary>The states of queries.</summary>
    public Tensor[] Queries(IReadOnlyList<int[]> tokens) =>
        Compute([.. tokens.Select(query => (int[])[Cls, .. query.Take(maxQuery), Sep])], 0);

    private Tensor[] Compute(IReadOnlyList<int[]> segments, int firstPosition)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var states = encoder.States(segments, firstPosition, encoder.Apart).to(bfloat16);
        return [.. segments.Select((segment, i) => states[i].slice(0, 0, segment.Length, 1).clone().MoveToOuterDisposeScope())];
    }
}
