using System.Diagnostics;
using System.Text.Json;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Inference.Models;

namespace EmbedPlatform.Bench.Node;

/// <summary>npm @huggingface/transformers with a model's own ONNX file and tokenizer.</summary>
internal static class TransformersJs
{
    private static readonly NodePackages Packages = new("transformers", "@huggingface/transformers");

    /// <summary>Starts a script with the folder of models, the model's name in it, the weights' type and further arguments.</summary>
    /// <param name="script">The script.</param>
    /// <param name="model">The model.</param>
    /// <param name="folder">The folder of models, which the caller deletes.</param>
    /// <param name="arguments">Further arguments.</param>
    /// <exception cref="CommandException">Node or npm is missing, or npm could not install the packages.</exception>
    public static Process Run(string script, InstalledModel model, out DirectoryInfo folder, params string[] arguments)
    {
        folder = LinkModel(model);
        try
        {
            return Packages.Run(script, [folder.FullName, "model", model.Variant == "int8" ? "q8" : "fp32", .. arguments]);
        }
        catch
        {
            folder.Delete(recursive: true);
            throw;
        }
    }

    /// <summary>A folder in the layout of transformers.js that links to the model's files.</summary>
    private static DirectoryInfo LinkModel(InstalledModel model)
    {
        var root = Directory.CreateTempSubdirectory("bench-");
        var (folder, onnx) = (root.CreateSubdirectory("model").FullName, root.CreateSubdirectory("model/onnx").FullName);
        var (type, tokenizer, pad) =
            model.Entry.Family == "xlm-roberta" ? ("xlm-roberta", "XLMRobertaTokenizer", "<pad>") : ("bert", "BertTokenizer", "[PAD]");
        File.WriteAllText(Path.Combine(folder, "config.json"), JsonSerializer.Serialize(new { model_type = type }));
        File.WriteAllText(
            Path.Combine(folder, "tokenizer_config.json"),
            JsonSerializer.Serialize(
                new
                {
                    tokenizer_class = tokenizer,
                    model_max_length = model.Entry.MaxTokens,
                    pad_token = pad,
                }
            )
        );
        File.CreateSymbolicLink(Path.Combine(folder, "tokenizer.json"), model.TokenizerPath);
        File.CreateSymbolicLink(Path.Combine(onnx, model.Variant == "int8" ? "model_quantized.onnx" : "model.onnx"), model.ModelPath);
        if (model.ModelPath + "_data" is var data && File.Exists(data))
        {
            File.CreateSymbolicLink(Path.Combine(onnx, Path.GetFileName(data)), data);
        }

        return root;
    }
}
