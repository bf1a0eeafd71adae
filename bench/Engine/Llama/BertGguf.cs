using System.Runtime.InteropServices;
using System.Text.Json;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Inference.Models;
using EmbedPlatform.Inference.Onnx;

namespace EmbedPlatform.Bench.Engine.Llama;

/// <summary>A BERT encoder of an ONNX file, as Hugging Face's exporters name its tensors, written as llama.cpp reads it.</summary>
internal sealed class BertGguf
{
    private const string Layer = "encoder.layer.";

    private readonly Dictionary<string, OnnxTensor> _tensors;
    private readonly Dictionary<string, string> _kernels;

    private BertGguf(OnnxModel graph)
    {
        _tensors = graph.Initializers.ToDictionary(tensor => tensor.Name);
        _kernels = Kernels(graph);
    }

    /// <summary>Writes the model of --llama to a temporary file, matrices in the measured model's type. The caller deletes it.</summary>
    /// <exception cref="CommandException">The graph is not an fp32 BERT encoder with the usual names.</exception>
    public static string Write(EngineWorkload workload)
    {
        var model = ModelLocator.Find(workload.Settings, ModelTask.Embed, workload.Settings.Llama!);
        var path = Path.GetTempFileName();
        new BertGguf(OnnxReader.Read(model.ModelPath)).Save(model, Matrices(workload), path);
        return path;
    }

    /// <summary>The numeric type of the matrices.</summary>
    public static TensorType Matrices(EngineWorkload workload) => workload.Model.Variant == "int8" ? TensorType.Q8 : TensorType.Float32;

    /// <summary>The name of each matrix by that of its bias, because exporters rename matrices but not biases.</summary>
    private static Dictionary<string, string> Kernels(OnnxModel graph)
    {
        var products = graph.Nodes.Where(node => node.Operator == "MatMul").ToDictionary(node => node.Outputs[0], node => node.Inputs[1]);
        return graph
            .Nodes.Where(node => node.Operator == "Add")
            .Select(node =>
                (
                    Bias: node.Inputs.FirstOrDefault(input => input.EndsWith(".bias", StringComparison.Ordinal)),
                    Product: node.Inputs.FirstOrDefault(products.ContainsKey)
                )
            )
            .Where(pair => pair is { Bias: not null, Product: not null })
            .ToDictionary(pair => pair.Bias!, pair => products[pair.Product!]);
    }

    private void Save(InstalledModel model, TensorType matrices, string path)
    {
        var words = Find("embeddings.word_embeddings.weight");
        var positions = Find("embeddings.position_embeddings.weight");
        var segments = Find("embeddings.token_type_embeddings.weight");
        var width = words.Shape[1];
        var layers = _tensors.Keys.Count(name =>
            name.StartsWith(Layer, StringComparison.Ordinal) && name.EndsWith("intermediate.dense.bias", StringComparison.Ordinal)
        );
        var inner = Find($"{Layer}0.intermediate.dense.bias").Shape[0];

        var file = new GgufWriter()
            .Add("general.architecture", "bert")
            .Add("general.name", model.Entry.Id)
            .Add("bert.block_count", (uint)layers)
            .Add("bert.context_length", (uint)positions.Shape[0])
            .Add("bert.embedding_length", (uint)width)
            .Add("bert.feed_forward_length", (uint)inner)
            // Every BERT of width 384 or more has heads of 32 (MiniLM, bge-small) or 64.
            .Add("bert.attention.head_count", (uint)(width / (width == 384 ? 32 : 64)))
            .Add("bert.attention.layer_norm_epsilon", 1e-12f)
            .Add("bert.attention.causal", false)
            .Add("bert.pooling_type", model.Entry.Pooling == Pooling.Cls ? 2u : 1u);
        AddVocabulary(file, model.TokenizerPath);

        file.Add("token_embd.weight", [width, words.Shape[0]], matrices, Floats(words))
            .Add("position_embd.weight", [width, positions.Shape[0]], TensorType.Float32, Floats(positions))
            .Add("token_types.weight", [width, segments.Shape[0]], TensorType.Float32, Floats(segments));
        AddNorm(file, "embeddings.LayerNorm", "token_embd_norm");
        for (var i = 0; i < layers; i++)
        {
            var (source, target) = ($"{Layer}{i}.", $"blk.{i}.");
            AddLinear(file, matrices, source + "attention.self.query", target + "attn_q");
            AddLinear(file, matrices, source + "attention.self.key", target + "attn_k");
            AddLinear(file, matrices, source + "attention.self.value", target + "attn_v");
            AddLinear(file, matrices, source + "attention.output.dense", target + "attn_output");
            AddNorm(file, source + "attention.output.LayerNorm", target + "attn_output_norm");
            AddLinear(file, matrices, source + "intermediate.dense", target + "ffn_up");
            AddLinear(file, matrices, source + "output.dense", target + "ffn_down");
            AddNorm(file, source + "output.LayerNorm", target + "layer_output_norm");
        }

        file.Save(path);
    }

    /// <summary>The vocabulary in llama.cpp's spelling: a word's beginning is marked with ▁, its continuation is bare.</summary>
    private static void AddVocabulary(GgufWriter file, string tokenizerPath)
    {
        const int Normal = 1,
            Control = 3;
        using var json = JsonDocument.Parse(File.ReadAllBytes(tokenizerPath));
        string[] tokens =
        [
            .. json
                .RootElement.GetProperty("model")
                .GetProperty("vocab")
                .EnumerateObject()
                .OrderBy(word => word.Value.GetInt32())
                .Select(word => word.Name),
        ];
        bool Special(string token) => token is ['[', .., ']'];
        file.Add("tokenizer.ggml.model", "bert")
            .Add("tokenizer.ggml.pre", "default")
            .Add(
                "tokenizer.ggml.tokens",
                [
                    .. tokens.Select(token =>
                        Special(token) ? token
                        : token.StartsWith("##", StringComparison.Ordinal) ? token[2..]
                        : "▁" + token
                    ),
                ]
            )
            .Add("tokenizer.ggml.token_type", [.. tokens.Select(token => Special(token) ? Control : Normal)])
            .Add("tokenizer.ggml.token_type_count", 2u);
        foreach (
            var (key, token) in new[]
            {
                ("bos", "[CLS]"),
                ("cls", "[CLS]"),
                ("eos", "[SEP]"),
                ("seperator", "[SEP]"),
                ("padding", "[PAD]"),
                ("unknown", "[UNK]"),
                ("mask", "[MASK]"),
            }
        )
        {
            file.Add($"tokenizer.ggml.{key}_token_id", (uint)Array.IndexOf(tokens, token));
        }
    }

    private void AddLinear(GgufWriter file, TensorType type, string source, string target)
    {
        var kernel = Find(_kernels.GetValueOrDefault(source + ".bias") ?? source + ".weight");
        var (rows, columns) = ((int)kernel.Shape[0], (int)kernel.Shape[1]);
        // ONNX multiplies by [in, out], ggml by rows of one output each.
        var values = Floats(kernel);
        var turned = new float[rows * columns];
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                turned[(column * rows) + row] = values[(row * columns) + column];
            }
        }

        file.Add(target + ".weight", [rows, columns], type, turned)
            .Add(target + ".bias", [columns], TensorType.Float32, Floats(Find(source + ".bias")));
    }

    private void AddNorm(GgufWriter file, string source, string target)
    {
        var (scale, bias) = (Find(source + ".weight"), Find(source + ".bias"));
        file.Add(target + ".weight", [scale.Shape[0]], TensorType.Float32, Floats(scale))
            .Add(target + ".bias", [bias.Shape[0]], TensorType.Float32, Floats(bias));
    }

    private OnnxTensor Find(string name) =>
        _tensors.GetValueOrDefault(name) is { Type: OnnxType.Float } tensor
            ? tensor
            : throw new CommandException($"llama.cpp: the graph has no fp32 tensor {name}, so it cannot be written as GGUF");

    private static ReadOnlySpan<float> Floats(OnnxTensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.Data.Span);
}
