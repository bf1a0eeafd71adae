using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Tokenization;
using EmbedPlatform.ServiceDefaults.LoadBalancing;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.EmbedService.Tests.Caching;

/// <summary>The cache of one process and of two, over a real model and a real Redis.</summary>
public sealed class CachingEmbeddingModelTests(CacheFixture fixture) : IClassFixture<CacheFixture>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_repeated_text_is_embedded_once_and_its_vector_stays_the_same_bit_for_bit()
    {
        await using var replica = await Replica.StartAsync(fixture.Engine);
        var text = NewText();

        var first = await replica.EmbedAsync(text);
        var second = await replica.EmbedAsync(text);

        // Computed among others, so in another batch.
        var computed = (await fixture.Engine.EmbedAsync(["something else", text, "and more"], new EmbedOptions(), Cancellation))[1];
        AssertSame(computed, first);
        AssertSame(computed, second);
        Assert.Single(replica.Engine.Calls);
        Assert.Equal((1, 1), (replica.Counted("hits/l1"), replica.Counted("misses")));
    }

    [Fact]
    public async Task Another_replica_gets_the_same_bits_tokens_and_truncation_from_Redis()
    {
        await using var one = await fixture.ReplicaAsync();
        await using var other = await fixture.ReplicaAsync();
        string[] texts = [NewText(), string.Concat(Enumerable.Repeat(NewText() + " ", 2_000))];
        var options = new EmbedOptions { MaxTokens = 100 };

        var computed = await one.EmbedAsync(texts, options);
        await StoredAsync(one, texts, options);
        var cached = await other.EmbedAsync(texts, options);

        AssertSame(computed[0], cached[0]);
        AssertSame(computed[1], cached[1]);
        Assert.Equal((false, true), (cached[0].Truncated, cached[1].Truncated));
        Assert.Empty(other.Engine.Calls);
        Assert.Equal(2, other.Counted("hits/l2"));
    }

    [Fact]
    public async Task Only_missing_texts_go_to_the_engine_each_once_in_one_call_with_the_same_options()
    {
        await using var replica = await fixture.ReplicaAsync();
        var (known, fresh, other) = (NewText(), NewText(), NewText());
        await replica.EmbedAsync(known);
        var options = new EmbedOptions { Deadline = DateTimeOffset.UtcNow.AddMinutes(5), Timings = new RequestTimings() };

        var results = await replica.EmbedAsync([fresh, known, other, fresh, known], options);

        var computed = await fixture.Engine.EmbedAsync([fresh, known, other], new EmbedOptions(), Cancellation);
        AssertSame(computed[0], results[0]);
        AssertSame(computed[1], results[1]);
        AssertSame(computed[2], results[2]);
        AssertSame(computed[0], results[3]);
        AssertSame(computed[1], results[4]);
        var (texts, given) = replica.Engine.Calls.Last();
        Assert.Equal(2, replica.Engine.Calls.Count);
        Assert.Equal([fresh, other], texts);
        Assert.Same(options, given);
    }

    public static TheoryData<EmbedOptions> Others =>
        [
            new EmbedOptions { Role = TextRole.Query },
            new EmbedOptions { Role = TextRole.Plain },
            new EmbedOptions { Dimensions = 64 },
            new EmbedOptions { MaxTokens = 5 },
            new EmbedOptions { Truncation = Truncation.Left },
            new EmbedOptions { Truncation = Truncation.Error },
        ];

    [Theory]
    [MemberData(nameof(Others), DisableDiscoveryEnumeration = true)]
    public async Task Other_options_give_another_entry(EmbedOptions other)
    {
        await using var replica = await fixture.ReplicaAsync();
        var text = NewText();
        await replica.EmbedAsync(text);

        var result = await replica.EmbedAsync(text, other);

        AssertSame((await fixture.Engine.EmbedAsync([text], other, Cancellation))[0], result);
        Assert.Equal(2, replica.Engine.Calls.Count);
    }

    [Fact]
    public async Task Token_ids_bypass_the_cache()
    {
        await using var replica = await Replica.StartAsync(fixture.Engine);

        await replica.Model.EmbedIdsAsync(
            [
                [5, 6],
            ],
            new EmbedOptions(),
            Cancellation
        );
        await replica.Model.EmbedIdsAsync(
            [
                [5, 6],
            ],
            new EmbedOptions(),
            Cancellation
        );

        Assert.Equal(2, replica.Engine.Calls.Count);
    }

    [Fact]
    public async Task Bulk_texts_are_looked_up_but_stored_only_if_the_option_says_so()
    {
        await using var replica = await Replica.StartAsync(fixture.Engine);
        await using var keeper = await Replica.StartAsync(fixture.Engine, configure: options => options.KeepBulk = true);
        var (asked, indexed) = (NewText(), NewText());
        var bulk = new EmbedOptions { Lane = Lane.Bulk };

        await replica.EmbedAsync(asked);
        await replica.EmbedAsync(asked, bulk);
        await replica.EmbedAsync(indexed, bulk);
        await replica.EmbedAsync(indexed, bulk);
        await keeper.EmbedAsync(indexed, bulk);
        await keeper.EmbedAsync(indexed, bulk);

        Assert.Equal(3, replica.Engine.Calls.Count);
        Assert.Single(keeper.Engine.Calls);
    }

    [Fact]
    public async Task A_failure_gives_the_index_in_the_request_even_if_other_texts_are_cached()
    {
        await using var replica = await fixture.ReplicaAsync();
        var options = new EmbedOptions { MaxTokens = 20, Truncation = Truncation.Error };
        var (known, tooLong) = ("a short text", string.Concat(Enumerable.Repeat("long ", 100)));
        await replica.EmbedAsync(known, options);

        var failure = await Assert.ThrowsAsync<TextTooLongException>(() => replica.EmbedAsync([known, known, tooLong], options));

        Assert.Equal(2, failure.Index);
    }

    internal static string NewText() => $"a text of its own {Guid.NewGuid():N}";

    internal static void AssertSame(TextEmbedding expected, TextEmbedding actual)
    {
        Assert.Equal(expected.Vector.Select(BitConverter.SingleToInt32Bits), actual.Vector.Select(BitConverter.SingleToInt32Bits));
        Assert.Equal((expected.Tokens, expected.Truncated), (actual.Tokens, actual.Truncated));
    }

    // Nobody waits for what is written to Redis.
    private Task StoredAsync(Replica one, string[] texts, EmbedOptions options)
    {
        var keys = texts.Select(text => (StackExchange.Redis.RedisKey)KeyOf(one, text, options)).ToArray();
        return Eventually.TrueAsync(
            async () => (await fixture.Database.StringGetAsync(keys)).All(value => value.HasValue),
            "the vectors are in Redis"
        );
    }

    internal static string KeyOf(Replica replica, string text, EmbedOptions options) =>
        EmbedService
            .Caching.CacheKey.From(
                EmbedService.Caching.CacheKey.SpaceOf(replica.Model.Model, options),
                replica.Model.Model.Prompt(options.Role),
                text
            )
            .ToString();
}
