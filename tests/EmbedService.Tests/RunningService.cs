using System.Text.Json;
using EmbedPlatform.Inference;
using EmbedPlatform.Inference.Models;
using EmbedPlatform.ServiceTests;
using Xunit;

namespace EmbedPlatform.EmbedService.Tests;

/// <summary>EmbedService in Kestrel on a free port, with USE-lite.</summary>
public class RunningService : ServiceFixture<Program>
{
    public RunningService()
        : this([])
    {
    }

    internal RunningService(params (string Key, string Value)[] settings)
        : base("embed", "use-lite", settings)
    {
    }

    internal Task<JsonElement> EmbedAsync(object body, CancellationToken cancellationToken) => AskAsync(body, cancellationToken);

    internal Task<HttpResponseMessage> PostToAsync(string route, string body, CancellationToken cancellationToken) =>
        Http.PostAsync(route, new StringContent(body, System.Text.Encoding.UTF8, "application/json"), cancellationToken);

    protected override async Task InstallAsync()
    {
        var store = ModelStore.Open(new InferenceOptions());
        if (store.Find("use-lite") is not null)
        {
            return;
        }

        try
        {
            await store.PullAsync("use-lite", null, CancellationToken.None);
        }
        catch (ModelException unavailable)
        {
            Assert.Skip($"needs use-lite: {unavailable.Message}");
        }
    }
}
