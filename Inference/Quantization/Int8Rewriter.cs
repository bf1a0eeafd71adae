using System.Numerics.Tensors;
using EmbedPlatform.Inference.Onnx;
using EmbedPlatform.Inference.Onnx.Rewriting;

namespace EmbedPlatform.Inference.Quantization;

/// <summary>
/// Rewrites a graph of floats so that its large products run on 8-bit numbers. Weights have a scale for each output; activations get one
/// for each row while the model runs, so a text's result cannot depend on its neighbours. Everything between two products that works row by
/// row stays a matrix [rows, width], which is how ONNX Runtime quantises rows fastest.
/// </summary>
internal sealed class Int8Rewriter
{
    /// <summary>Operators that work on each row separately if every other input is a vector or a scalar.</summary>
    private static readonly HashSet<string> RowOperators =
    [
        "Add",
        "Sub",
        "Mul",
        "Div",
        "Relu",
        "Tanh",
        "Erf",
        "Sqrt",
        "Gelu",
        "BiasGelu",
        "FastGelu",
        "LayerNormalization",
        "Sigmoid",
        "Reciprocal",
    ];

    /// <summary>A product with fewer outputs costs next to nothing and stays in floats.</summary>
    private const int FewestColumns = 8;

    private readonly OnnxModel _model;
    private readonly TensorData _data;
    private readonly IReadOnlyDictionary<string, float[]> _factors;
    private readonly int _largestWeight;
    private readonly GraphView _view;
    private readonly Int8Graph _graph;
    private readonly Dictionary<string, RowView> _rows = [];
    private readonly HashSet<string> _written = [];
    private readonly RowLinear _linear;

    private Int8Rewriter(OnnxModel model, TensorData data, IReadOnlyDictionary<string, float[]> factors, int largestWeight)
    {
        (_model, _data, _factors, _largestWeight, _view) = (model, data, factors, largestWeight, new GraphView(model));
        _graph = new Int8Graph(model.Opsets.GetValueOrDefault(""));
        _linear = new RowLinear(_graph);
    }

    /// <summary>How many products run on 8-bit numbers.</summary>
    public int Products { get; private set; }

    /// <summary>How many tables are looked up in 8-bit numbers.</summary>
    public int Tables { get; private set; }

    /// <param name="model">The graph; replaced in place.</param>
    /// <param name="data">Reads its weights.</param>
    /// <param name="factors">For values that go into products: what each channel is multiplied with before it is rounded.</param>
    /// <param name="largestWeight">127, or 64 where the processor adds up pairs of products in 16 bits.</param>
    public static Int8Rewriter Apply(OnnxModel model, TensorData data, IReadOnlyDictionary<string, float[]> factors, int largestWeight)
    {
        var rewriter = new Int8Rewriter(model, data, factors, largestWeight);
        rewriter.Run();
        return rewriter;
    }

    private void Run()
    {
        foreach (var node in _model.Nodes)
        {
            if (!Product(node) && !Table(node) && !RowByRow(node))
            {
                Keep(node);
            }
        }

        foreach (var output in _model.Outputs)
        {
            Materialise(output.Name);
        }

        GraphSimplifier.Replace(_model, _graph.Nodes);
        _model.Initializers.AddRange(_graph.Initializers);
        _model.Opsets.TryAdd(GraphBuilder.Microsoft, 1);
        GraphSimplifier.RemoveUnused(_model);
        SkipLayerNormFusion.Apply(_model, [.. _rows.Values.Select(rows => rows.Name)]);
        LayerNormDecomposition.Apply(_model);
        GraphSimplifier.RemoveUnused(_model);
    }

    /// <summary>x·W or x·W + b with stored weights.</summary>
    private bool Product(OnnxNode node)
    {
        if (LinearLayer.TryRead(node, _view) is not { } product || product.Columns is < FewestColumns and > 1)
        {
            return false;
        }

        var x = Rows(node.Inputs[0], product.Inner);
        var name = RowName(node.Outputs[0]);
        var output = product.Bias is null ? name : $"{name}.product";
        var weight = product.Weight.Name;
        if (product.Columns == 1)
        {
            _linear.Single(x, weight, _data.Matrix(product.Weight, product.Transposed).ToArray(), output);
        }
        else
        {
            var factors = _factors.GetValueOrDefault(node.Inputs[0]);
            var matrix = Equalized(_data.Matrix(product.Weight, product.Transposed), factors);
            var equalized = factors is null ? x : _linear.Equalized(x, factors);
            _linear.Int8(
                equalized,
                weight,
                Int8Weights.PerColumn(matrix, product.Columns, _largestWeight),
                product.Inner,
                product.Columns,
                output
            );
            Products++;
        }

        if (product.Bias is { } bias)
        {
            _graph.Add("Add", [output, bias], name);
        }

        _rows[node.Outputs[0]] = new RowView(name, x.Origin);
        return true;
    }

    private static ReadOnlySpan<float> Equalized(ReadOnlySpan<float> matrix, float[]? factors)
    {
        if (factors is null)
        {
            return matrix;
        }

        var (columns, result) = (matrix.Length / factors.Length, matrix.ToArray());
        for (var k = 0; k < factors.Length; k++)
        {
            var row = result.AsSpan(k * columns, columns);
            TensorPrimitives.Multiply(row, 1 / factors[k], row);
        }

        return result;
    }

    /// <summary>Rows of a large stored table, looked up by number.</summary>
    private bool Table(OnnxNode node)
    {
        const long Fewest = 1 << 20;
        if (
            node.Operator != "Gather"
            || node.Attributes.GetValueOrDefault("axis") is not (null or 0L)
            || _view.Constant(node.Inputs[0]) is not { Type: OnnxType.Float, Shape.Count: 2 } table
            || table.Shape[0] * table.Shape[1] < Fewest
        )
        {
            return false;
        }

        Materialise(node.Inputs[1]);
        var (rows, width) = (table.Shape[0], table.Shape[1]);
        var weights = Int8Weights.PerRow(_data.Matrix(table, transposed: false), (int)width);
        var output = node.Outputs[0];
        var values = _graph.Store($"{table.Name}.int8", OnnxType.Int8, weights.Values, rows, width);
        var scales = _graph.Floats($"{table.Name}.scales", weights.Scales, rows, 1);
        _graph.Add("Gather", [values, node.Inputs[1]], $"{output}.int8");
        _graph.Add("Cast", [$"{output}.int8"], $"{output}.float", "", ("to", (long)OnnxType.Float));
        _graph.Add("Gather", [scales, node.Inputs[1]], $"{output}.scale");
        _graph.Add("Mul", [$"{output}.float", $"{output}.scale"], output);
        _written.Add(output);
        Tables++;
        return true;
    }

    private bool RowByRow(OnnxNode node)
    {
        if (
            !RowOperators.Contains(node.Operator)
            || node.Outputs.Count != 1
            || !node.Inputs.Any(_rows.ContainsKey)
            || !node.Inputs.All(input => _rows.ContainsKey(input) || IsVector(input))
        )
        {
            return false;
        }

        var name = RowName(node.Outputs[0]);
        _graph.Nodes.Add(
            node with
            {
                Inputs = [.. node.Inputs.Select(input => _rows.TryGetValue(input, out var rows) ? rows.Name : input)],
                Outputs = [name],
            }
        );
        _rows[node.Outputs[0]] = new RowView(
            name,
            node.Inputs.Where(_rows.ContainsKey).Select(input => _rows[input].Origin).Last(),
            node.Operator == "Relu"
        );
        return true;
    }

    private bool IsVector(string name) => _view.Constant(name) is { Shape.Count: <= 1 };

    /// <summary>An unchanged node; its inputs get their outer axes back.</summary>
    private void Keep(OnnxNode node)
    {
        var inputs = node.Inputs.ToArray();
        var reshapes = node.Operator == "Reshape" && _rows.ContainsKey(inputs[0]) && NamesEveryAxis(inputs[1]);
        for (var i = 0; i < inputs.Length; i++)
        {
            if (i == 0 && reshapes)
            {
                inputs[0] = _rows[inputs[0]].Name;
            }
            else
            {
                Materialise(inputs[i]);
            }
        }

        _graph.Nodes.Add(node with { Inputs = inputs });
        _written.UnionWith(node.Outputs);
    }

    /// <summary>Whether a shape copies no axis from its input (0 would).</summary>
    private bool NamesEveryAxis(string shape) =>
        _view.Integers(shape) is { } known
            ? !known.Contains(0)
            : _view.Producer(shape, "Concat") is { } concat
                && concat.Inputs.All(part => _view.Integers(part) is not { } sizes || !sizes.Contains(0));

    /// <summary>A value as rows.</summary>
    private RowView Rows(string value, long width)
    {
        if (_rows.TryGetValue(value, out var known))
        {
            return known;
        }

        var name = RowName(value);
        var source = _view.Producer(value, "Reshape") is { } reshape && !_rows.ContainsKey(reshape.Inputs[0]) ? reshape.Inputs[0] : value;
        _graph.Add("Reshape", [source, _graph.Integers($"rows.{width}", -1, width)], name);
        return _rows[value] = new RowView(name, value);
    }

    /// <summary>Restores the outer axes of a value that so far exists only as rows.</summary>
    private void Materialise(string value)
    {
        if (!_rows.TryGetValue(value, out var rows) || rows.Origin == value || !_written.Add(value))
        {
            return;
        }

        var axes = _graph.Once(
            $"{rows.Origin}.axes",
            key =>
            {
                _graph.Add("Shape", [rows.Origin], $"{key}.all");
                _graph.Add("Slice", [$"{key}.all", _graph.Integers("first", 0), _graph.Integers("last", -1)], $"{key}.outer");
                return _graph.Add("Concat", [$"{key}.outer", "last"], key, "", ("axis", 0L));
            }
        );
        _graph.Add("Reshape", [rows.Name, axes], value);
    }

    private static string RowName(string value) => $"{value}.rows";
}
