using System.Diagnostics;
using System.Globalization;
using EmbedPlatform.Bench.Measurement;
using EmbedPlatform.Bench.Node;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Inference.Models;

namespace EmbedPlatform.Bench.Http;

/// <summary>A minimal HTTP server over transformers.js with the same ONNX file and tokenizer: serve.mjs.</summary>
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

    /// <summary>Starts it; null, with the reason as a progress line, if it does not start.</summary>
    public static async Task<NodeServer?> TryStartAsync(InstalledModel model, Report report)
    {
        try
        {
            var node = TransformersJs.Run("serve.mjs", model, out var folder);
            while (await node.StandardOutput.ReadLineAsync() is { } line)
            {
                if (line.StartsWith("port ", StringComparison.Ordinal))
                {
                    return new NodeServer(node, folder, int.Parse(line[5..], CultureInfo.InvariantCulture));
                }

                report.Progress($"without transformers.js: {line}");
            }

            folder.Delete(recursive: true);
        }
        catch (CommandException missing)
        {
            report.Progress($"without transformers.js: {missing.Message}");
        }

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
