using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Search;
using EmbedPlatform.SearchApi.Uploads;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace EmbedPlatform.SearchApi.Tests;

public sealed class OptionTests
{
    [Theory]
    [InlineData("Search:CachePatience", "00:00:00.1", "Search:CachePatience is now Search:CacheTimeout")]
    [InlineData("Search:CacheTime", "01:00:00", "Search:CacheTime is now Search:CacheTimeToLive")]
    [InlineData("Search:ResultCacheTime", "01:00:00", "Search:ResultCacheTime is now Search:ResultCacheTimeToLive")]
    [InlineData("Search:CursorTime", "01:00:00", "Search:CursorTime is now Search:CursorTimeToLive")]
    [InlineData("Ingestion:LongestBackoff", "00:00:15", "Ingestion:LongestBackoff is now Ingestion:MaxBackoff")]
    [InlineData("Ingestion:IndexFrom", "2000", "Ingestion:IndexFrom is now Ingestion:IndexThreshold")]
    [InlineData("Ingestion:IndexBy", "200000", "Ingestion:IndexBy is now Ingestion:EagerIndexThreshold")]
    [InlineData("Tasks:Silence", "00:01:00", "Tasks:Silence is now Tasks:HeartbeatTimeout")]
    [InlineData("Tasks:Keep", "7.00:00:00", "Tasks:Keep is now Tasks:Retention")]
    public void A_former_name_is_refused_with_the_current_one(string option, string value, string message) =>
        Assert.Equal(message, Refusal(option, value));

    [Theory]
    [InlineData("Search:Bm25:K1", "50", "Search:Bm25:K1 must be from 0 to 10, not 50")]
    [InlineData("Search:Typo:TwoEditsFrom", "3", "Search:Typo:TwoEditsFrom must be at least Search:Typo:OneEditFrom")]
    [InlineData("Search:Typo:OneEditFrom", "1", "Search:Typo:OneEditFrom must be from 2 to 100, not 1")]
    [InlineData("Search:Typo:MaxExpansions", "0", "Search:Typo:MaxExpansions must be from 1 to 100, not 0")]
    [InlineData("Search:Fused:Rerank", "1", "Search:Fused:Rerank has no effect; use Search:Reranked:Rerank")]
    [InlineData("Search:Fused:Dense", "101", "Search:Fused and Search:Reranked: a weight must be from 0 to 100")]
    public void A_value_without_meaning_is_refused(string option, string value, string message) =>
        Assert.Equal(message, Refusal(option, value));

    private static string Refusal(string option, string value)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection([new(option, value)]).Build());
        services.AddCollections();
        services.AddUploads();
        services.AddSearch();
        using var provider = services.BuildServiceProvider();
        return Assert.Single(
            Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IStartupValidator>().Validate()).Failures
        );
    }
}
