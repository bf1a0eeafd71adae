using System.Text.Json;
using EmbedPlatform.ModelServiceTests;

namespace EmbedPlatform.RerankService.Tests;

/// <summary>RerankService in Kestrel on a free port, with mini-rerank.</summary>
public sealed class RunningService : ServiceFixture<Program>
{
    public RunningService()
        : this([]) { }

    internal RunningService(params (string Key, string Value)[] settings)
        : base("rerank", "mini-rerank", settings) { }

    internal Task<JsonElement> RerankAsync(object body, CancellationToken cancellationToken) => AskAsync(body, cancellationToken);
}
