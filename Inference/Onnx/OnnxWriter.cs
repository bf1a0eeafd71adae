using System.Text;

namespace EmbedPlatform.Inference.Onnx;

/// <summary>
/// Writes <see cref="OnnxModel"/> as an ONNX file. Field numbers are those of onnx.proto3 (github.com/onnx/onnx, version 1.16).
/// </summary>
public static class OnnxWriter
{
    /// <summary>The limit of protobuf.</summary>
    private const long Limit = int.MaxValue;

    /// <summary>Writes a model to a file; an existing one is replaced.</summary>
    /// <exception cref="InvalidOperationException">The model is larger than protobuf's 2 GiB.</exception>
    public static void Write(OnnxModel model, string path)
    {
        using var stream = File.Create(path);
        Write(model, stream);
    }

    /// <summary>Writes a model to a stream.</summary>
    /// <exception cref="InvalidOperationException">The model is larger than protobuf's 2 GiB.</exception>
    public static void Write(OnnxModel model, Stream stream)
    {
        var writer = new ProtoWriter();
        writer.Integer(1, model.IrVersion);
        writer.Text(2, model.Producer);
        writer.Message(7, graph => Graph(graph, model));
        foreach (var (domain, version) in model.Opsets)
        {
            writer.Message(
                8,
                opset =>
                {
                    opset.Text(1, domain);
                    opset.Integer(2, version);
                }
            );
        }

        foreach (var (key, value) in model.Metadata)
        {
            writer.Message(14, pair => Pair(pair, key, value));
        }

        if (writer.Length > Limit)
        {
            throw new InvalidOperationException(
                $"The model has {writer.Length} bytes; an ONNX file without external data holds 2 GiB at most."
            );
        }

        writer.CopyTo(stream);
    }

    private static void Graph(ProtoWriter writer, OnnxModel model)
    {
        foreach (var node in model.Nodes)
        {
            writer.Message(1, inner => Node(inner, node));
        }

        writer.Text(2, model.Name);
        foreach (var tensor in model.Initializers)
        {
            writer.Message(5, inner => Tensor(inner, tensor));
        }

        foreach (var input in model.Inputs)
        {
            writer.Message(11, inner => Value(inner, input));
        }

        foreach (var output in model.Outputs)
        {
            writer.Message(12, inner => Value(inner, output));
        }
    }

    private static void Node(ProtoWriter writer, OnnxNode node)
    {
        foreach (var input in node.Inputs)
        {
            writer.Text(1, input);
        }

        foreach (var output in node.Outputs)
        {
            writer.Text(2, output);
        }

        writer.Text(3, node.Name);
        writer.Text(4, node.Operator);
        foreach (var (name, value) in node.Attributes)
        {
            writer.Message(5, inner => Attribute(inner, name, value));
        }

        if (node.Domain.Length > 0)
        {
            writer.Text(7, node.Domain);
        }
    }

    private static void Attribute(ProtoWriter writer, string name, object value)
    {
        writer.Text(1, name);
        var type = value switch
        {
            float number => Set(1, () => writer.Float(2, number)),
            long number => Set(2, () => writer.Integer(3, number)),
            int number => Set(2, () => writer.Integer(3, number)),
            string text => Set(3, () => writer.Text(4, text)),
            OnnxTensor tensor => Set(4, () => writer.Message(5, inner => Tensor(inner, tensor))),
            float[] numbers => Set(6, () => writer.PackedFloats(7, numbers)),
            long[] numbers => Set(7, () => writer.PackedIntegers(8, numbers)),
            string[] texts => Set(8, () => Array.ForEach(texts, text => writer.Bytes(9, Encoding.UTF8.GetBytes(text)))),
            _ => throw new ArgumentException($"Attribute {name} has type {value.GetType().Name}, which is not supported.", nameof(value)),
        };
        writer.Integer(20, type);

        static int Set(int type, Action write)
        {
            write();
            return type;
        }
    }

    private static void Tensor(ProtoWriter writer, OnnxTensor tensor)
    {
        writer.PackedIntegers(1, tensor.Shape);
        writer.Integer(2, (long)tensor.Type);
        writer.Text(8, tensor.Name);
        if (tensor.External is not { } external)
        {
            writer.Bytes(9, tensor.Data);
            return;
        }

        writer.Message(13, pair => Pair(pair, "location", external.Location));
        writer.Message(13, pair => Pair(pair, "offset", external.Offset.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        if (external.Length is { } length)
        {
            writer.Message(13, pair => Pair(pair, "length", length.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        }

        writer.Integer(14, 1);
    }

    private static void Value(ProtoWriter writer, OnnxValue value)
    {
        writer.Text(1, value.Name);
        writer.Message(
            2,
            type =>
                type.Message(
                    1,
                    tensor =>
                    {
                        tensor.Integer(1, (long)value.Type);
                        if (value.Shape.Count == 0)
                        {
                            return;
                        }

                        tensor.Message(
                            2,
                            shape =>
                            {
                                foreach (var dimension in value.Shape)
                                {
                                    shape.Message(
                                        1,
                                        inner =>
                                        {
                                            if (dimension.Size is { } size)
                                            {
                                                inner.Integer(1, size);
                                            }
                                            else if (dimension.Symbol is { } symbol)
                                            {
                                                inner.Text(2, symbol);
                                            }
                                        }
                                    );
                                }
                            }
                        );
                    }
                )
        );
    }

    private static void Pair(ProtoWriter writer, string key, string value)
    {
        writer.Text(1, key);
        writer.Text(2, value);
    }
}
