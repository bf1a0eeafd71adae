using EmbedPlatform.Inference;
using EmbedPlatform.Inference.Installation;
using EmbedPlatform.Inference.Models;
using EmbedPlatform.ModelServiceTests;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.EmbedService.Tests;

/// <summary>EmbedService in Kestrel on a free port, with USE-lite and, whatever else this machine has, no other model.</summary>
public class EmbedFixture : ServiceFixture<Program>
{
    private readonly TemporaryFolder _models;

    public EmbedFixture()
        : this([]) { }

    internal EmbedFixture(params (string Key, string Value)[] settings)
        : this(new TemporaryFolder(), settings) { }

    private EmbedFixture(TemporaryFolder models, (string Key, string Value)[] settings)
        : base("embed", Model, [("Inference:ModelsRoot", models.Path), .. settings]) => _models = models;

    private static string Model => "use-lite";

    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await base.DisposeAsync();
        _models.Dispose();
    }

    internal Task<HttpResponseMessage> PostToAsync(string route, string body, CancellationToken cancellationToken) =>
        Http.PostAsync(route, new StringContent(body, System.Text.Encoding.UTF8, "application/json"), cancellationToken);

    protected override async Task InstallAsync()
    {
        var store = ModelStore.Open(new InferenceOptions());
        try
        {
            var installed = store.Find(Model) ?? await store.PullAsync(Model, null, CancellationToken.None);
            Directory.CreateSymbolicLink(_models[Model], installed.Folder);
        }
        catch (ModelException unavailable)
        {
            Assert.Skip($"needs {Model}: {unavailable.Message}");
        }
    }
}
