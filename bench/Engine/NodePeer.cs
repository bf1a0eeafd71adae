using System.Diagnostics;
using System.Text.Json;
using EmbedPlatform.Bench.Node;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Inference.Models;

namespace EmbedPlatform.Bench.Engine;

/// <summary>
/// The feature-extraction pipeline of transformers.js, batches of 32, the same ONNX file and tokenizer.
/// </summary>
internal sealed class NodePeer : IDisposable
{
    private readonly Process _node;
    private readonly DirectoryInfo _folder;

    private NodePeer(Process node, DirectoryInfo folder) => (_node, _folder) = (node, folder);

    /// <exception cref="CommandException">Node is missing, or the pipeline cannot run the model.</exception>
    public static NodePeer Start(InstalledModel model)
    {
        var node = TransformersJs.Run("extract.mjs", model, out var folder, $"{DefaultRuntime.Batch}");
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

    /// <summary>Node's peak memory so far.</summary>
    public long PeakBytes
    {
        get
        {
            _node.Refresh();
            return _node.PeakWorkingSet64;
        }
    }

    /// <exception cref="CommandException">The pipeline failed on the texts.</exception>
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

    private JsonElement Answer()
    {
        while (_node.StandardOutput.ReadLine() is { } line)
        {
            if (line.StartsWith('{'))
            {
                return JsonElement.Parse(line) is var answer && answer.TryGetProperty("error", out var error)
                    ? throw new CommandException($"the pipeline of transformers.js cannot run this model: {error.GetString()}")
                    : answer;
            }
        }

        throw new CommandException("Node exited; its output is above");
    }
}
