namespace EmbedPlatform.Inference.Onnx;

/// <summary>
/// Finds every file that an ONNX model refers to for its weights, wherever a tensor can occur (onnx.proto): initializers, sparse ones,
/// attributes of nodes, graphs inside attributes, functions. It does not trust what the graph claims about itself.
/// </summary>
internal static class ExternalDataScan
{
    private const int DeepestNesting = 64;

    // Message kinds and the fields that lead from one to the next.
    private static readonly Dictionary<(Kind, int), Kind> Fields = new()
    {
        [(Kind.Model, 7)] = Kind.Graph,
        [(Kind.Model, 25)] = Kind.Function,
        [(Kind.Graph, 1)] = Kind.Node,
        [(Kind.Graph, 5)] = Kind.Tensor,
        [(Kind.Graph, 15)] = Kind.SparseTensor,
        [(Kind.Function, 7)] = Kind.Node,
        [(Kind.Function, 11)] = Kind.Attribute,
        [(Kind.Node, 5)] = Kind.Attribute,
        [(Kind.Attribute, 5)] = Kind.Tensor,
        [(Kind.Attribute, 6)] = Kind.Graph,
        [(Kind.Attribute, 10)] = Kind.Tensor,
        [(Kind.Attribute, 11)] = Kind.Graph,
        [(Kind.Attribute, 22)] = Kind.SparseTensor,
        [(Kind.Attribute, 23)] = Kind.SparseTensor,
        [(Kind.SparseTensor, 1)] = Kind.Tensor,
        [(Kind.SparseTensor, 2)] = Kind.Tensor,
        [(Kind.Tensor, 13)] = Kind.Pair,
    };

    private enum Kind
    {
        Model,
        Graph,
        Function,
        Node,
        Attribute,
        Tensor,
        SparseTensor,
        Pair,
    }

    /// <exception cref="InvalidDataException">The bytes are not an ONNX model, or graphs are nested too deeply.</exception>
    public static IReadOnlyList<string> Files(ReadOnlyMemory<byte> model)
    {
        var files = new SortedSet<string>(StringComparer.Ordinal);
        Scan(Kind.Model, new ProtoReader(model), files, 0);
        return [.. files];
    }

    private static void Scan(Kind kind, ProtoReader reader, SortedSet<string> files, int depth)
    {
        if (depth > DeepestNesting)
        {
            throw new InvalidDataException("The model's graphs nest too deep.");
        }

        while (reader.Next())
        {
            if (!Fields.TryGetValue((kind, reader.Field), out var next))
            {
                reader.Skip();
            }
            else if (next == Kind.Pair)
            {
                AddLocation(reader.Message(), files);
            }
            else
            {
                Scan(next, reader.Message(), files, depth + 1);
            }
        }
    }

    private static void AddLocation(ProtoReader pair, SortedSet<string> files)
    {
        string key = "",
            value = "";
        while (pair.Next())
        {
            switch (pair.Field)
            {
                case 1:
                    key = pair.Text();
                    break;
                case 2:
                    value = pair.Text();
                    break;
                default:
                    pair.Skip();
                    break;
            }
        }

        if (key == "location")
        {
            files.Add(value);
        }
    }
}
