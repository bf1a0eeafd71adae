using System.Diagnostics;
using System.Text.Json;
using EmbedPlatform.Inference.Models;

namespace EmbedPlatform.Bench;

/// <summary>npm @huggingface/transformers as a peer. Its packages are installed on first use into the build output.</summary>
internal static class TransformersJs
{
    private static readonly string Peers = Path.Combine(AppContext.BaseDirectory, "peers");

    /// <summary>What the library calls the numeric form of a model's weights.</summary>
    public static string Type(InstalledModel model) => model.Variant == "int8" ? "q8" : "fp32";

    /// <summary>Starts one of the scripts in peers/ under Node, its input and output redirected.</summary>
    /// <exception cref="UsageException">Node or npm is absent, or npm could not install the packages.</exception>
    public static Process Launch(string script, string[] arguments)
    {
        Install();
        return Start("node", [script, .. arguments]);
    }

    private static void Install()
    {
        if (Directory.Exists(Path.Combine(Peers, "node_modules", "@huggingface", "transformers")))
        {
            return;
        }

        // The scripts would fetch what Node on the CPU does not need.
        using var npm = Start("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", "--silent"]);
        npm.StandardInput.Close();
        npm.StandardOutput.ReadToEnd();
        npm.WaitForExit();
        if (npm.ExitCode != 0)
        {
            throw new UsageException($"npm could not install the peer's packages (exit code {npm.ExitCode})");
        }
    }

    /// <summary>A folder as transformers.js wants it, with the model's files linked in; the caller deletes it.</summary>
    public static DirectoryInfo Lay(InstalledModel model)
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

    private static Process Start(string program, string[] arguments)
    {
        try
        {
            return Process.Start(
                new ProcessStartInfo(program, arguments)
                {
                    WorkingDirectory = Peers,
                    RedirectStandardInput = true,
                    RedirectStandardOutput = true,
                }
            )!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new UsageException($"{program} is not on this machine");
        }
    }
}
