using System.Text.Json;
using EmbedPlatform.Inference;
using EmbedPlatform.Inference.Installation;
using EmbedPlatform.Inference.Models;
using EmbedPlatform.ModelServiceTests;
using Xunit;

namespace EmbedPlatform.EmbedService.Tests;

/// <summary>EmbedService in Kestrel on a free port, with USE-lite and, whatever else this machine has, no other model.</summary>
public class RunningService : ServiceFixture<Program>
{
    private readonly DirectoryInfo _models;

    public RunningService()
        : this([]) { }

    internal RunningService(params (string Key, string Value)[] settings)
        : this(Directory.CreateTempSubdirectory("embed-models-"), settings) { }

    private RunningService(DirectoryInfo models, (string Key, string Value)[] settings)
        : base("embed", Model, [("Inference:ModelsRoot", models.FullName), .. settings]) => _models = models;

    private static string Model => "use-lite";

    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await base.DisposeAsync();
        _models.Delete(recursive: true);
    }

    internal Task<JsonElement> EmbedAsync(object body, CancellationToken cancellationToken) => AskAsync(body, cancellationToken);

    internal Task<HttpResponseMessage> PostToAsync(string route, string body, CancellationToken cancellationToken) =>
        Http.PostAsync(route, new StringContent(body, System.Text.Encoding.UTF8, "application/json"), cancellationToken);

    protected override async Task InstallAsync()
    {
        var store = ModelStore.Open(new InferenceOptions());
        try
        {
            var installed = store.Find(Model) ?? await store.PullAsync(Model, null, CancellationToken.None);
            Directory.CreateSymbolicLink(Path.Combine(_models.FullName, Model), installed.Folder);
        }
        catch (ModelException unavailable)
        {
            Assert.Skip($"needs {Model}: {unavailable.Message}");
        }
    }
}
