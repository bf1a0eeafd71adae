using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Tokenization;
using Xunit;

namespace EmbedPlatform.Inference.Tests.Execution;

public sealed class EncodingStageTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Texts_come_out_in_order_whichever_thread_encoded_them()
    {
        var stage = new EncodingStage(3, TimeProvider.System);

        var texts = await Encode(stage, 1000, i => SchedulerFixture.Text(i, 1 + (i % 7)));

        Assert.Equal(Enumerable.Range(0, 1000), texts.Select(text => text.Ids[0]));
    }

    [Fact]
    public async Task One_request_is_encoded_by_several_threads_at_a_time()
    {
        var stage = new EncodingStage(2, TimeProvider.System);
        using var both = new Barrier(2);

        // Ends only where the first text of two slices is being encoded at the same time.
        var texts = await Encode(
            stage,
            64,
            i =>
            {
                Assert.True(i % 32 != 0 || both.SignalAndWait(TimeSpan.FromSeconds(30), Token));
                return SchedulerFixture.Text(i, 1);
            }
        );

        Assert.Equal(64, texts.Length);
    }

    [Fact]
    public async Task A_bulk_request_in_the_making_does_not_hold_an_interactive_one_up()
    {
        var stage = new EncodingStage(1, TimeProvider.System);
        using var open = new ManualResetEventSlim();
        var bulk = Encode(
            stage,
            100,
            i =>
            {
                open.Wait(Token);
                return SchedulerFixture.Text(i, 1);
            }
        );

        Assert.Single(await Encode(stage, 1, i => SchedulerFixture.Text(i, 1), new RequestOptions { Lane = Lane.Interactive }));

        Assert.False(bulk.IsCompleted);
        open.Set();
        await bulk;
    }

    [Fact]
    public async Task The_failure_is_that_of_the_first_bad_text_of_a_slice()
    {
        var stage = new EncodingStage(1, TimeProvider.System);

        var failure = await Assert.ThrowsAsync<TextTooLongException>(() =>
            Encode(stage, 40, i => new EncodedText([i], null, 9, i >= 17), new RequestOptions { Truncation = Truncation.Error })
        );

        Assert.Equal(17, failure.Index);
    }

    [Fact]
    public async Task What_is_refused_on_the_way_is_not_encoded_to_the_end()
    {
        var stage = new EncodingStage(1, TimeProvider.System);
        var encoded = 0;

        await Assert.ThrowsAsync<QueueFullException>(() =>
            stage.EncodeAsync(
                1000,
                i =>
                {
                    encoded++;
                    return SchedulerFixture.Text(i, 10);
                },
                new RequestOptions(),
                100,
                tokens => _ = tokens > 500 ? throw new QueueFullException(TimeSpan.FromSeconds(1)) : 0,
                Token
            )
        );

        Assert.InRange(encoded, 1, 100);
    }

    private static Task<EncodedText[]> Encode(
        EncodingStage stage,
        int count,
        Func<int, EncodedText> encode,
        RequestOptions? options = null
    ) => stage.EncodeAsync(count, encode, options ?? new RequestOptions { Lane = Lane.Bulk }, 100, _ => { }, Token);
}
