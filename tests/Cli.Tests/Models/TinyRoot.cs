using EmbedPlatform.InferenceTestKit;
using EmbedPlatform.TestKit;

namespace EmbedPlatform.Cli.Tests.Models;

/// <summary>A root of models of the test's own, with a catalogue of one small model, and a folder to import it from.</summary>
internal sealed class TinyRoot : IDisposable
{
    public const string Id = "publisher/tiny";

    private readonly TemporaryFolder _folder = new();

    public TinyRoot()
    {
        _folder.Write(
            "root/catalog.json",
            $$"""
            {"defaults":{"embed":["{{Id}}"]},"models":[
              {"id":"{{Id}}","task":"embed","family":"tiny","dimension":4,"maxTokens":8,"pooling":"cls","outputs":["dense"],"licence":"MIT",
               "queryPrefix":"query: ","note":"Made for a test.",
               "sources":[{"kind":"huggingface","repository":"{{Id}}","revision":"main","files":[
                 {"path":"onnx/model.onnx","as":"model.onnx"},{"path":"tokenizer.json","as":"tokenizer.json"}]}],
               "variants":[{"name":"int8","sources":[]}]},
              {"id":"bundled","task":"rerank","family":"tiny","dimension":1,"maxTokens":8,"sources":[{"kind":"bundled"}]}]}
            """
        );
        _folder.Write("source/tokenizer.json", TinyModel.Tokenizer);
        File.WriteAllBytes(Path.Combine(Source, "model.onnx"), TinyModel.Onnx());
    }

    public string Root => Path.Combine(_folder.Path, "root");

    public string Source => Path.Combine(_folder.Path, "source");

    public string Folder => Path.Combine(Root, "publisher--tiny");

    public string Outside => _folder.Path;

    /// <summary>Runs <c>models</c> over the root.</summary>
    public Task<CommandLine.CommandRun> RunAsync(params string[] args) =>
        CommandLine.CommandRun.OfAsync(["models", .. args, "--models-root", Root]);

    /// <summary>The same with an answer to what is asked.</summary>
    public Task<CommandLine.CommandRun> AnsweringAsync(string answer, params string[] args) =>
        CommandLine.CommandRun.WithInputAsync(answer, ["models", .. args, "--models-root", Root]);

    /// <summary>Installs the model from its folder.</summary>
    public async Task<TinyRoot> InstalledAsync()
    {
        Assert.Equal(0, (await RunAsync("import", Source, "--id", Id)).ExitCode);
        return this;
    }

    public void Dispose() => _folder.Dispose();
}
