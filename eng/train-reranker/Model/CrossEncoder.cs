using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace EmbedPlatform.TrainReranker.Model;

/// <summary>
/// A cross-encoder that begins as the bi-encoder its weights are from. The lowest layers read query and passage apart, each as the
/// bi-encoder did, and stay as they are, so that their
/// states of a passage are computed once; in the others both see each other. The score is the cosine of both means, how well each token of
/// the query is matched by its best token of the
/// passage, and a linear function of [CLS] that begins as 0.
/// </summary>
internal sealed class CrossEncoder : Module
{
    /// <summary>The width of a token's state.</summary>
    public const int Width = 384;

    /// <summary>How many layers there are.</summary>
    public const int Layers = 6;

    private const int Heads = 12;

    private readonly Dictionary<string, Parameter> _weights = [];
    private readonly int _apart;
    private readonly double _dropout;

    /// <param name="weights">The bi-encoder's, or a trained cross-encoder's.</param>
    /// <param name="apart">In how many layers query and passage do not see each other.</param>
    /// <param name="dropout">The share of values that are dropped in training.</param>
    public CrossEncoder(IReadOnlyDictionary<string, Weight> weights, int apart, double dropout)
        : base("cross")
    {
        (_apart, _dropout) = (apart, dropout);
        foreach (var (name, weight) in weights)
        {
            if (
                name.StartsWith("embeddings.", StringComparison.Ordinal)
                || name.StartsWith("encoder.", StringComparison.Ordinal)
                || name.StartsWith("head.", StringComparison.Ordinal)
            )
            {
                Add(name, tensor(weight.Values, weight.Shape), IsTrained(name));
            }
        }

        AddNew("head.segments", zeros(2, Width));
        AddNew("head.scales", tensor(new[] { 10f, 10f }));
        AddNew("head.attention", zeros(1, Width));
        AddNew("head.cls.weight", zeros(1, Width));
        AddNew("head.cls.bias", zeros(1));
    }

    /// <summary>Whether products are computed in bfloat16.</summary>
    public bool Half { get; set; } = true;

    /// <summary>In how many layers query and passage do not see each other.</summary>
    public int Apart => _apart;

    /// <summary>The weights by name.</summary>
    public IReadOnlyDictionary<string, Parameter> Weights => _weights;

    /// <summary>The states of segments after the layers that read them apart: [segments, tokens, width].</summary>
    /// <param name="segments">Tokens with their special ones.</param>
    /// <param name="firstPosition">0 for what begins with [CLS], 1 for what does not.</param>
    /// <param name="layers">After how many layers.</param>
    public Tensor States(IReadOnlyList<int[]> segments, int firstPosition, int layers)
    {
        var (ids, mask) = Padded(segments);
        var positions = (arange(ids.shape[1], dtype: int64) + firstPosition).unsqueeze(0).expand(ids.shape[0], -1);
        var states = Norm(
            Rows("embeddings.word_embeddings.weight", ids)
                + Rows("embeddings.position_embeddings.weight", positions)
                + _weights["embeddings.token_type_embeddings.weight"][0],
            "embeddings.LayerNorm"
        );
        var bias = Bias(mask);
        for (var layer = 0; layer < layers; layer++)
        {
            states = Layer(states, layer, bias);
        }

        return states;
    }

    /// <summary>One score a pair.</summary>
    /// <param name="queries">The states of each pair's query, after the layers that read it apart.</param>
    /// <param name="passages">Those of its passage.</param>
    public Tensor Score(IReadOnlyList<Tensor> queries, IReadOnlyList<Tensor> passages)
    {
        var (query, passage) = (Mask(queries), Mask(passages));
        var (longest, count) = (query.shape[1], queries.Count);
        var segments = _weights["head.segments"];
        var states = cat([Stack(queries, longest) + segments[0], Stack(passages, passage.shape[1]) + segments[1]], 1);
        var bias = Bias(cat([query, passage], 1));
        for (var layer = _apart; layer < Layers; layer++)
        {
            states = Layer(states, layer, bias);
        }

        return Head(states.slice(1, 0, longest, 1), query, states.slice(1, longest, states.shape[1], 1), passage);
    }

    private Tensor Head(Tensor query, Tensor queryMask, Tensor passage, Tensor passageMask)
    {
        var cosine = (functional.normalize(Mean(query, queryMask)) * functional.normalize(Mean(passage, passageMask))).sum(-1);
        var products = matmul(functional.normalize(query, dim: -1), functional.normalize(passage, dim: -1).transpose(1, 2));
        var best = (products + ((passageMask - 1) * 10f).unsqueeze(1)).amax(new long[] { -1 });
        var weights = functional.softmax(functional.linear(query, _weights["head.attention"]).squeeze(-1) + ((queryMask - 1) * 10000f), -1);
        var matches = (best * weights).sum(-1);
        var cls = functional.linear(query.select(1, 0), _weights["head.cls.weight"], _weights["head.cls.bias"]).squeeze(-1);
        var scales = _weights["head.scales"];
        return (scales[0] * cosine) + (scales[1] * matches) + cls;
    }

    /// <summary>The mean of the states, normalised: what the bi-encoder gives.</summary>
    public Tensor Embed(IReadOnlyList<int[]> segments)
    {
        var (_, mask) = Padded(segments);
        return functional.normalize(Mean(States(segments, 0, Layers), mask));
    }

    private Tensor Layer(Tensor states, int layer, Tensor bias)
    {
        var name = $"encoder.layer.{layer}";
        var (count, length) = (states.shape[0], states.shape[1]);
        var input = Halved(states);
        Tensor Split(string part) =>
            Linear(input, $"{name}.attention.self.{part}").view(count, length, Heads, Width / Heads).transpose(1, 2);
        var attended = functional
            .scaled_dot_product_attention(Split("query"), Split("key"), Split("value"), bias)
            .transpose(1, 2)
            .reshape(count, length, Width);
        states = Norm(states + Drop(Linear(attended, $"{name}.attention.output.dense").to(float32)), $"{name}.attention.output.LayerNorm");
        var inner = functional.gelu(Linear(Halved(states), $"{name}.intermediate.dense"));
        return Norm(states + Drop(Linear(inner, $"{name}.output.dense").to(float32)), $"{name}.output.LayerNorm");
    }

    private static (Tensor Ids, Tensor Mask) Padded(IReadOnlyList<int[]> segments)
    {
        var length = segments.Max(segment => segment.Length);
        var ids = new long[segments.Count * length];
        var mask = new float[ids.Length];
        for (var i = 0; i < segments.Count; i++)
        {
            for (var at = 0; at < segments[i].Length; at++)
            {
                (ids[(i * length) + at], mask[(i * length) + at]) = (segments[i][at], 1);
            }
        }

        return (tensor(ids, segments.Count, length), tensor(mask, segments.Count, length));
    }

    private static Tensor Mask(IReadOnlyList<Tensor> segments)
    {
        var length = (int)segments.Max(segment => segment.shape[0]);
        var mask = new float[segments.Count * length];
        for (var i = 0; i < segments.Count; i++)
        {
            mask.AsSpan(i * length, (int)segments[i].shape[0]).Fill(1);
        }

        return tensor(mask, segments.Count, length);
    }

    private static Tensor Stack(IReadOnlyList<Tensor> segments, long length) =>
        stack(segments.Select(segment => functional.pad(segment, [0, 0, 0, length - segment.shape[0]])).ToArray()).to(float32);

    private Tensor Bias(Tensor mask) =>
        ((mask - 1) * 10000f).unsqueeze(1).unsqueeze(1).expand(-1, -1, mask.shape[1], -1).to(Half ? bfloat16 : float32);

    private static Tensor Mean(Tensor states, Tensor mask) =>
        (states * mask.unsqueeze(-1)).sum(1) / mask.sum(1, keepdim: true).clamp_min(1);

    private Tensor Rows(string table, Tensor ids) => _weights[table].index_select(0, ids.flatten()).view(ids.shape[0], ids.shape[1], Width);

    private Tensor Halved(Tensor x) => Half ? x.to(bfloat16) : x;

    private Tensor Linear(Tensor x, string name) =>
        functional.linear(x, Halved(_weights[$"{name}.weight"]), Halved(_weights[$"{name}.bias"]));

    private Tensor Norm(Tensor x, string name) =>
        functional.layer_norm(x, [Width], _weights[$"{name}.weight"], _weights[$"{name}.bias"], 1e-12);

    private Tensor Drop(Tensor x) => training && _dropout > 0 ? functional.dropout(x, _dropout, true) : x;

    private bool IsTrained(string name) =>
        name.StartsWith("head.", StringComparison.Ordinal)
        || Enumerable.Range(_apart, Layers - _apart).Any(layer => name.StartsWith($"encoder.layer.{layer}.", StringComparison.Ordinal));

    private void AddNew(string name, Tensor value)
    {
        if (!_weights.ContainsKey(name))
        {
            Add(name, value, trained: true);
        }
    }

    private void Add(string name, Tensor value, bool trained)
    {
        var parameter = new Parameter(value, trained);
        _weights[name] = parameter;
        register_parameter(name.Replace('.', '_'), parameter);
    }
}
