using System.Globalization;

namespace EmbedPlatform.Inference.Onnx;

/// <summary>Reads ONNX files: inputs, outputs, nodes, initializers. Sub-graphs of control flow are skipped.</summary>
public static class OnnxReader
{
    /// <summary>Reads a model with its weights into memory.</summary>
    /// <exception cref="InvalidDataException">The file is not an ONNX model, or its external data lies outside its folder.</exception>
    public static OnnxModel Read(string path)
    {
        var data = File.ReadAllBytes(path);
        ExternalDataGuard.Check(ExternalDataScan.Files(data), path);
        return Read(data);
    }

    /// <summary>Reads a model; tensors refer to <paramref name="data"/>.</summary>
    /// <exception cref="InvalidDataException">The bytes are not an ONNX model.</exception>
    public static OnnxModel Read(ReadOnlyMemory<byte> data)
    {
        var model = new OnnxModel { Producer = "" };
        var hasGraph = false;
        for (var reader = new ProtoReader(data); reader.Next();)
        {
            switch (reader.Field)
            {
                case 1:
                    model.IrVersion = reader.Integer();
                    break;
                case 2:
                    model.Producer = reader.Text();
                    break;
                case 7:
                    hasGraph = true;
                    Graph(reader.Message(), model);
                    break;
                case 8:
                    var (domain, version) = Opset(reader.Message());
                    model.Opsets[domain] = version;
                    break;
                case 14:
                    var (key, value) = Pair(reader.Message());
                    model.Metadata[key] = value;
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return hasGraph ? model : throw new InvalidDataException("Not an ONNX file: it has no graph.");
    }

    /// <summary>Reads the inputs and outputs of a graph without its weights.</summary>
    /// <exception cref="InvalidDataException">The file is not an ONNX model, or its external data lies outside its folder.</exception>
    public static OnnxSignature ReadSignature(string path)
    {
        using var file = new MappedFile(path);
        var model = Read(file.Memory);
        var files = ExternalDataScan.Files(file.Memory);
        ExternalDataGuard.Check(files, path);
        return new OnnxSignature([.. model.RequiredInputs], [.. model.Outputs], files);
    }

    private static void Graph(ProtoReader reader, OnnxModel model)
    {
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    model.Nodes.Add(Node(reader.Message()));
                    break;
                case 2:
                    model.Name = reader.Text();
                    break;
                case 5:
                    model.Initializers.Add(Tensor(reader.Message()));
                    break;
                case 11:
                    model.Inputs.Add(Value(reader.Message()));
                    break;
                case 12:
                    model.Outputs.Add(Value(reader.Message()));
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
    }

    private static OnnxNode Node(ProtoReader reader)
    {
        List<string> inputs = [],
            outputs = [];
        string name = "",
            kind = "",
            domain = "";
        Dictionary<string, object> attributes = [];
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    inputs.Add(reader.Text());
                    break;
                case 2:
                    outputs.Add(reader.Text());
                    break;
                case 3:
                    name = reader.Text();
                    break;
                case 4:
                    kind = reader.Text();
                    break;
                case 5:
                    Attribute(reader.Message(), attributes);
                    break;
                case 7:
                    domain = reader.Text();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return new OnnxNode(kind, inputs, outputs, name, domain) { Attributes = attributes };
    }

    private static void Attribute(ProtoReader reader, Dictionary<string, object> into)
    {
        var name = "";
        long type = 0,
            number = 0;
        float real = 0;
        var text = "";
        OnnxTensor? tensor = null;
        List<long> numbers = [];
        List<float> reals = [];
        List<string> texts = [];
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    name = reader.Text();
                    break;
                case 2:
                    real = reader.Float();
                    break;
                case 3:
                    number = reader.Integer();
                    break;
                case 4:
                    text = reader.Text();
                    break;
                case 5:
                    tensor = Tensor(reader.Message());
                    break;
                case 7:
                    reader.Floats(reals);
                    break;
                case 8:
                    reader.Integers(numbers);
                    break;
                case 9:
                    texts.Add(reader.Text());
                    break;
                case 20:
                    type = reader.Integer();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        object? value = type switch
        {
            1 => real,
            2 => number,
            3 => text,
            4 => tensor,
            6 => reals.ToArray(),
            7 => numbers.ToArray(),
            8 => texts.ToArray(),
            _ => null,
        };
        if (value is not null)
        {
            into[name] = value;
        }
    }

    private static OnnxTensor Tensor(ProtoReader reader)
    {
        List<long> shape = [];
        var fields = new TypedTensorFields();
        var type = OnnxType.Undefined;
        var name = "";
        ReadOnlyMemory<byte> raw = default;
        Dictionary<string, string> external = [];
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    reader.Integers(shape);
                    break;
                case 2:
                    type = (OnnxType)reader.Integer();
                    break;
                case 8:
                    name = reader.Text();
                    break;
                case 9:
                    raw = reader.Bytes();
                    break;
                case 13:
                    var (key, value) = Pair(reader.Message());
                    external[key] = value;
                    break;
                case 4:
                    reader.Floats(fields.Floats);
                    break;
                case 5:
                case 7:
                    reader.Integers(fields.Integers);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        var location = external.GetValueOrDefault("location") is { } file
            ? new ExternalData(file, Number(external, "offset") ?? 0, Number(external, "length"))
            : null;
        return new OnnxTensor(name, type, shape, raw.IsEmpty ? fields.ToBytes(type) : raw) { External = location };

        static long? Number(Dictionary<string, string> pairs, string key) =>
            !pairs.TryGetValue(key, out var text) ? null
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
            : throw new InvalidDataException($"External data has the {key} '{text}'.");
    }

    private static OnnxValue Value(ProtoReader reader)
    {
        var name = "";
        var type = OnnxType.Undefined;
        List<OnnxDimension> shape = [];
        while (reader.Next())
        {
            if (reader.Field == 1)
            {
                name = reader.Text();
            }
            else if (reader.Field == 2)
            {
                for (var kind = reader.Message(); kind.Next();)
                {
                    if (kind.Field == 1)
                    {
                        type = TensorType(kind.Message(), shape);
                    }
                    else
                    {
                        kind.Skip();
                    }
                }
            }
            else
            {
                reader.Skip();
            }
        }

        return new OnnxValue(name, type, shape);
    }

    private static OnnxType TensorType(ProtoReader reader, List<OnnxDimension> shape)
    {
        var type = OnnxType.Undefined;
        while (reader.Next())
        {
            if (reader.Field == 1)
            {
                type = (OnnxType)reader.Integer();
            }
            else if (reader.Field == 2)
            {
                for (var axes = reader.Message(); axes.Next();)
                {
                    shape.Add(Dimension(axes.Message()));
                }
            }
            else
            {
                reader.Skip();
            }
        }

        return type;
    }

    private static OnnxDimension Dimension(ProtoReader reader)
    {
        OnnxDimension dimension = default;
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    dimension = reader.Integer();
                    break;
                case 2:
                    dimension = reader.Text();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return dimension;
    }

    private static (string Domain, long Version) Opset(ProtoReader reader)
    {
        var domain = "";
        long version = 0;
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    domain = reader.Text();
                    break;
                case 2:
                    version = reader.Integer();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return (domain, version);
    }

    private static (string Key, string Value) Pair(ProtoReader reader)
    {
        string key = "",
            value = "";
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    key = reader.Text();
                    break;
                case 2:
                    value = reader.Text();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return (key, value);
    }
}

/// <summary>The inputs and outputs of a graph, and the external files that hold its weights.</summary>
/// <param name="Inputs">The inputs that a caller must provide.</param>
/// <param name="Outputs">The outputs.</param>
/// <param name="ExternalFiles">The files next to the model that hold weights, relative to its folder.</param>
public sealed record OnnxSignature(IReadOnlyList<OnnxValue> Inputs, IReadOnlyList<OnnxValue> Outputs, IReadOnlyList<string> ExternalFiles);
