using EmbedPlatform.Cli.Evaluation;
using EmbedPlatform.Client.Search;

namespace EmbedPlatform.Cli.Tests.Evaluation;

public sealed class RankingOptionsTests
{
    [Fact]
    public void Weights_name_their_legs_in_any_order_and_need_not_name_all()
    {
        Assert.Equal(
            new LegWeights
            {
                Lexical = 1,
                Dense = 0.5,
                Rerank = 0,
            },
            RankingOptions.ParseWeights("lexical=1, rerank=0,dense=0.5")
        );
        Assert.Equal(new LegWeights { Dense = 2 }, RankingOptions.ParseWeights("dense=2"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1,1")]
    [InlineData("lexical")]
    [InlineData("lexical=")]
    [InlineData("lexical=-1")]
    [InlineData("lexical=101")]
    [InlineData("lexical=1,lexical=2")]
    [InlineData("words=1")]
    [InlineData("lexical=1,")]
    public void What_is_no_weights_is_refused(string text) => Assert.Null(RankingOptions.ParseWeights(text));

    [Fact]
    public void A_measured_search_is_ranked_as_asked_for()
    {
        var ranking = new RankingOptions(new LegWeights { Dense = 2 }, FusionMode.Rrf, 30);

        var request = EvalMode.ParseList("hybrid+rerank")![0].Request("words", 100, ranking);

        Assert.Equal((ranking.Weights, ranking.Fusion, ranking.RerankDepth), (request.Weights, request.Fusion, request.RerankDepth));
    }
}
