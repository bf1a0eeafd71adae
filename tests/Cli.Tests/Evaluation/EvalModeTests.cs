using EmbedPlatform.Cli.Evaluation;
using EmbedPlatform.Client.Search;

namespace EmbedPlatform.Cli.Tests.Evaluation;

public sealed class EvalModeTests
{
    [Fact]
    public void A_list_of_modes_becomes_searches_that_name_legs_and_reranking()
    {
        var modes = EvalMode.ParseList("lexical, dense,hybrid,hybrid+rerank")!;

        Assert.Equal(["lexical", "dense", "hybrid", "hybrid+rerank"], modes.Select(mode => mode.Name));
        var requests = modes.Select(mode => mode.Request("words", 100)).ToList();
        Assert.Equal(
            [SearchMode.Lexical, SearchMode.Dense, SearchMode.Hybrid, SearchMode.Hybrid],
            requests.Select(request => request.Mode!.Value)
        );
        Assert.Equal(
            [RerankMode.Never, RerankMode.Never, RerankMode.Never, RerankMode.Always],
            requests.Select(request => request.Rerank!.Value)
        );
        Assert.All(requests, request => Assert.Equal(("words", 100), (request.Query, request.Limit!.Value)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("hybrid,")]
    [InlineData("+rerank")]
    [InlineData("Hybrid")]
    public void What_is_no_mode_is_refused(string list) => Assert.Null(EvalMode.ParseList(list));
}
