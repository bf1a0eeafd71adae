using System.Diagnostics;
using System.Text.Json;
using EmbedPlatform.Inference.Models;

namespace EmbedPlatform.Bench.Engine;

/// <summary>
/// transformers.js: npm @huggingface/transformers, the feature-extraction pipeline, batches of 32, the same ONNX file and tokenizer. Its packages are installed
/// on first use into a folder that git ignores.
/// </summary>
internal sealed class NodePeer : IDisposable
{
    private readonly Process _node;
    private readonly DirectoryInfo _folder;

    private NodePeer(Process node, DirectoryInfo folder) => (_node, _folder) = (node, folder);

    /// <exception cref="UsageException">Node is absent, or the pipeline does not take the model; the message says which.</exception>
    public static NodePeer Start(InstalledModel model)
    {
        var peers = Path.Combine(AppContext.BaseDirectory, "peers");
        Install(peers);
        var folder = Lay(model);
        var type = model.Variant == "int8" ? "q8" : "fp32";
        var node = Launch("node", peers, ["extract.mjs", folder.FullName, "model", type, $"{DefaultRuntime.Batch}"]);
        var peer = new NodePeer(node, folder);
        try
        {
            peer.Answer();
            peer.Seconds(["one text", "and another one, to pad"]);
            return peer;
        }
        catch
        {
            peer.Dispose();
            throw;
        }
    }

    /// <exception cref="UsageException">The pipeline failed on the texts.</exception>
    public double Seconds(IReadOnlyList<string> texts)
    {
        _node.StandardInput.WriteLine(JsonSerializer.Serialize(texts));
        _node.StandardInput.Flush();
        return Answer().GetProperty("seconds").GetDouble();
    }

    public void Dispose()
    {
        _node.Kill(entireProcessTree: true);
        _node.Dispose();
        _folder.Delete(recursive: true);
    }

    private static void Install(string peers)
    {
        if (Directory.Exists(Path.Combine(peers, "node_modules", "@huggingface", "transformers")))
        {
            return;
        }

        // The scripts would fetch what Node on the CPU does not need.
        using var npm = Launch("npm", peers, ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", "--silent"]);
        npm.StandardInput.Close();
        npm.StandardOutput.ReadToEnd();
        npm.WaitForExit();
        if (npm.ExitCode != 0)
        {
            throw new UsageException($"npm could not install the peer's packages (exit code {npm.ExitCode})");
        }
    }

    /// <summary>A folder as transformers.js wants it.</summary>
    private static DirectoryInfo Lay(InstalledModel model)
    {
        var root = Directory.CreateTempSubdirectory("engine-bench-");
        var (folder, onnx) = (root.CreateSubdirectory("model").FullName, root.CreateSubdirectory("model/onnx").FullName);
        var (type, tokenizer, pad) = model.Entry.Family == "xlm-roberta" ? ("xlm-roberta", "XLMRobertaTokenizer", "<pad>") : ("bert", "BertTokenizer", "[PAD]");
        File.WriteAllText(Path.Combine(folder, "config.json"), JsonSerializer.Serialize(new { model_type = type }));
        File.WriteAllText(
            Path.Combine(folder, "tokenizer_config.json"),
            JsonSerializer.Serialize(new { tokenizer_class = tokenizer, model_max_length = model.Entry.MaxTokens, pad_token = pad }));
        File.CreateSymbolicLink(Path.Combine(folder, "tokenizer.json"), model.TokenizerPath);
        File.CreateSymbolicLink(Path.Combine(onnx, model.Variant == "int8" ? "model_quantized.onnx" : "model.onnx"), model.ModelPath);
        if (model.ModelPath + "_data" is var data && File.Exists(data))
        {
            File.CreateSymbolicLink(Path.Combine(onnx, Path.GetFileName(data)), data);
        }

        return root;
    }

    private static Process Launch(string program, string folder, string[] arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true })!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new UsageException($"{program} is not on this machine");
        }
    }

    private JsonElement Answer()
    {
        while (_node.StandardOutput.ReadLine() is { } line)
        {
            if (line.StartsWith('{'))
            {
                return JsonElement.Parse(line) is var answer && answer.TryGetProperty("error", out var error)
                    ? throw new UsageException($"the pipeline of transformers.js does not run this model: {error.GetString()}")
                    : answer;
            }
        }

        throw new UsageException("Node ended; its own words are above");
    }
}
