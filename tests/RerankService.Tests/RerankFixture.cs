using EmbedPlatform.ModelServiceTests;

namespace EmbedPlatform.RerankService.Tests;

/// <summary>RerankService in Kestrel on a free port, with mini-rerank.</summary>
public sealed class RerankFixture : ServiceFixture<Program>
{
    public RerankFixture()
        : this([]) { }

    internal RerankFixture(params (string Key, string Value)[] settings)
        : base("rerank", "mini-rerank", settings) { }
}
