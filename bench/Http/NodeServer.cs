using System.Diagnostics;
using EmbedPlatform.Inference.Models;

namespace EmbedPlatform.Bench.Http;

/// <summary>A minimal HTTP server over transformers.js with the same ONNX file and tokenizer: peers/serve.mjs.</summary>
internal sealed class NodeServer : IDisposable
{
    private readonly Process _node;
    private readonly DirectoryInfo _folder;

    private NodeServer(Process node, DirectoryInfo folder, int port)
    {
        (_node, _folder) = (node, folder);
        Http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/"), Timeout = TimeSpan.FromMinutes(10) };
    }

    public HttpClient Http { get; }

    /// <summary>Starts it; where that is not possible says why and gives null.</summary>
    public static async Task<NodeServer?> TryStartAsync(InstalledModel model)
    {
        var folder = TransformersJs.Lay(model);
        try
        {
            var node = TransformersJs.Launch("serve.mjs", [folder.FullName, "model", TransformersJs.Type(model)]);
            while (await node.StandardOutput.ReadLineAsync() is { } line)
            {
                if (line.StartsWith("port ", StringComparison.Ordinal))
                {
                    return new NodeServer(node, folder, int.Parse(line[5..], System.Globalization.CultureInfo.InvariantCulture));
                }

                Report.Say($"without transformers.js: {line}");
            }
        }
        catch (UsageException absent)
        {
            Report.Say($"without transformers.js: {absent.Message}");
        }

        folder.Delete(recursive: true);
        return null;
    }

    public void Dispose()
    {
        Http.Dispose();
        _node.Kill(entireProcessTree: true);
        _node.Dispose();
        _folder.Delete(recursive: true);
    }
}
