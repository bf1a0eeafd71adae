using EmbedPlatform.Inference.ModelPools;
using EmbedPlatform.Inference.Models;
using Xunit;

namespace EmbedPlatform.Inference.Tests.ModelPools;

/// <summary>Which model a name means.</summary>
public sealed class ModelNameResolverTests
{
    private static FakeModels Three => new(("base", 1), ("org/small", 1), ("org/large", 1));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("default")]
    [InlineData("Default")]
    [InlineData("base")]
    public async Task No_name_and_default_mean_the_default_model(string? name)
    {
        await using var fixture = await PoolFixture.StartedAsync(Three);

        Assert.Equal("base", await fixture.UseAsync(name));
    }

    [Theory]
    [InlineData("org/small", "org/small")]
    [InlineData("ORG/Small", "org/small")]
    [InlineData("paid-model", "base")]
    [InlineData("quick", "org/small")]
    [InlineData("usual", "base")]
    public async Task An_id_an_alias_and_a_known_name_lead_to_their_model(string name, string expected)
    {
        var options = new InferenceOptions { Aliases = { ["quick"] = "org/small", ["usual"] = "default" } };
        await using var fixture = await PoolFixture.StartedAsync(Three, options, "paid-model");

        Assert.Equal(expected, await fixture.UseAsync(name));
    }

    [Fact]
    public async Task A_known_name_can_be_given_to_another_model_or_taken_away()
    {
        var options = new InferenceOptions { Aliases = { ["paid-a"] = "org/large", ["paid-b"] = "" } };
        await using var fixture = await PoolFixture.StartedAsync(Three, options, "paid-a", "paid-b");

        Assert.Equal("org/large", await fixture.UseAsync("paid-a"));
        await Assert.ThrowsAsync<ModelNotServedException>(() => fixture.UseAsync("paid-b"));
    }

    [Fact]
    public async Task Without_known_names_none_is_served()
    {
        await using var fixture = await PoolFixture.StartedAsync(Three, new InferenceOptions { ProviderAliases = false }, "paid-model");

        var refused = await Assert.ThrowsAsync<ModelNotServedException>(() => fixture.UseAsync("paid-model"));

        Assert.Equal("paid-model", refused.Name);
        Assert.Contains("base, org/large, org/small", refused.Message);
    }

    [Fact]
    public async Task An_alias_that_leads_nowhere_stops_the_start_with_its_name()
    {
        await using var fixture = new PoolFixture(Three, new InferenceOptions { Aliases = { ["quick"] = "org/tiny" } });

        var problem = await Assert.ThrowsAsync<UnknownModelException>(() => fixture.Pool.StartAsync(TestContext.Current.CancellationToken));

        Assert.Contains("Inference:Aliases:quick", problem.Message);
        Assert.Contains("org/tiny", problem.Message);
    }

    [Fact]
    public async Task A_model_that_was_installed_since_the_start_is_found()
    {
        await using var fixture = await PoolFixture.StartedAsync(Three);
        fixture.Source.Installed.Add(("org/new", 1));
        fixture.Time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal("org/new", await fixture.UseAsync("org/new"));
    }

    [Fact]
    public void Each_task_has_known_names_of_its_own_and_none_twice()
    {
        var (embed, rerank) = (ProviderModelAliases.Of(ModelTask.Embed), ProviderModelAliases.Of(ModelTask.Rerank));

        Assert.Contains("text-embedding-3-small", embed);
        Assert.Contains("rerank-v3.5", rerank);
        Assert.Empty(embed.Intersect(rerank));
        Assert.Equal(embed.Count + rerank.Count, embed.Concat(rerank).Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }
}
