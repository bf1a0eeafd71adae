using System.Net;
using EmbedPlatform.Client.Embedding;
using EmbedPlatform.Client.Reranking;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.Client.Tests;

public sealed class FailureTests
{
    private static readonly EmbedRequest Request = new(["a", "b"]);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_problem_carries_its_detail_fields_and_status()
    {
        await using var server = await WireServer.AnsweringAsync(
            400,
            """{"title":"no","detail":"texts[1]: must not be blank","errors":{"texts[1]":["must not be blank"]}}""",
            "application/problem+json"
        );

        var problem = await Refused(server);

        Assert.Equal(("texts[1]: must not be blank", HttpStatusCode.BadRequest), (problem.Message, problem.Status));
        Assert.Equal(["must not be blank"], problem.Errors["texts[1]"]);
        Assert.False(problem.IsTransient);
    }

    [Fact]
    public async Task A_full_queue_has_a_Retry_After()
    {
        await using var server = await WireServer.AnsweringAsync(
            429,
            """{"title":"Too many"}""",
            "application/problem+json",
            ("Retry-After", "7")
        );

        var problem = await Refused(server);

        Assert.Equal((TimeSpan.FromSeconds(7), true, "Too many"), (problem.RetryAfter, problem.IsTransient, problem.Message));
    }

    [Fact]
    public async Task A_date_in_the_past_is_an_immediate_retry()
    {
        await using var server = await WireServer.AnsweringAsync(503, "", "text/plain", ("Retry-After", "Wed, 21 Oct 2015 07:28:00 GMT"));

        Assert.Equal(TimeSpan.Zero, (await Refused(server)).RetryAfter);
    }

    [Theory]
    [InlineData("<html>Bad gateway</html>", "text/html")]
    [InlineData("{\"detail\": ", "application/problem+json")]
    [InlineData("[1]", "application/json")]
    public async Task A_rejection_without_an_explanation_still_has_its_status(string body, string type)
    {
        await using var server = await WireServer.AnsweringAsync(502, body, type);

        var problem = await Refused(server);

        Assert.Equal(HttpStatusCode.BadGateway, problem.Status);
        Assert.Contains("502", problem.Message);
    }

    [Fact]
    public async Task A_refused_connection_has_no_status_and_is_transient()
    {
        var client = new EmbedClient(new Uri($"http://127.0.0.1:{FreePort.Next()}"));

        var problem = await Assert.ThrowsAsync<PlatformException>(() => client.EmbedAsync(Request, Token));

        Assert.Null(problem.Status);
        Assert.True(problem.IsTransient);
        Assert.StartsWith("EmbedService did not respond", problem.Message);
    }

    [Fact]
    public async Task A_response_that_breaks_off_is_a_failure()
    {
        await using var server = await WireServer.StartAsync(async context =>
        {
            context.Response.ContentLength = 1000;
            await context.Response.Body.WriteAsync("{\"model\":"u8.ToArray());
            await context.Response.Body.FlushAsync();
            context.Abort();
        });

        Assert.Null((await Refused(server)).Status);
    }

    [Theory]
    [InlineData("not JSON")]
    [InlineData("null")]
    [InlineData("""{"model":"m","revision":"r","dimension":1,"data":[{"tokens":1,"truncated":false,"embedding":"AACAPw=="}]}""")]
    [InlineData(
        """
        {"model":"m","revision":"r","dimension":1,
         "data":[{"tokens":1,"truncated":false,"embedding":"AACAPw=="},{"tokens":1,"truncated":false,"embedding":"AAA="}]}
        """
    )]
    [InlineData(
        """
        {"model":"m","revision":"r","dimension":1,
         "data":[{"tokens":1,"truncated":false},{"tokens":1,"truncated":false,"embedding":"AACAPw=="}]}
        """
    )]
    [InlineData("{}")]
    public async Task A_response_in_another_format_is_rejected(string body)
    {
        await using var server = await WireServer.AnsweringAsync(200, body);

        var problem = await Refused(server);

        Assert.Equal((HttpStatusCode.OK, false), (problem.Status, problem.IsTransient));
    }

    [Fact]
    public async Task A_rank_of_a_document_that_was_not_sent_is_rejected()
    {
        await using var server = await WireServer.AnsweringAsync(
            200,
            """{"results":[{"index":2,"score":1}],"count":1,"latency_ms":1,"model":"m"}"""
        );

        await Assert.ThrowsAsync<PlatformException>(() =>
            new RerankClient(server.Address).RerankAsync(new RerankRequest("q", ["a", "b"]), Token)
        );
    }

    [Fact]
    public async Task Cancelling_is_a_cancellation_and_reaches_the_service()
    {
        var arrived = new TaskCompletionSource();
        var left = new TaskCompletionSource();
        await using var server = await WireServer.StartAsync(async context =>
        {
            context.RequestAborted.Register(left.SetResult);
            arrived.SetResult();
            await left.Task;
        });
        using var cancel = new CancellationTokenSource();
        var call = new EmbedClient(server.Address).EmbedAsync(Request, cancel.Token);
        await arrived.Task.WaitAsync(Token);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await left.Task.WaitAsync(Token);
    }

    private static Task<PlatformException> Refused(WireServer server) =>
        Assert.ThrowsAsync<PlatformException>(() => new EmbedClient(server.Address).EmbedAsync(Request, Token));
}
