using System.Runtime.CompilerServices;
using System.Text.Json;
using EmbedPlatform.Client.Search;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Xunit;

namespace EmbedPlatform.Client.Tests;

public sealed class UploadTests
{
    private const string Done = """{"received":0,"written":0,"unchanged":0,"errors":[],"error_count":0}""";

    private int _produced;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_document_is_one_line_of_JSON_in_order()
    {
        string? type = null;
        List<string> ids = [];
        await using var server = await WireServer.StartAsync(async context =>
        {
            type = context.Request.ContentType;
            using var reader = new StreamReader(context.Request.Body);
            while (await reader.ReadLineAsync() is { } line)
            {
                ids.Add(JsonDocument.Parse(line).RootElement.GetProperty("id").GetString()!);
            }

            await context.Response.WriteAsync(
                $$"""{"received":{{ids.Count}},"written":{{ids.Count}},"unchanged":0,"errors":[],"error_count":0}"""
            );
        });

        var result = await new SearchClient(server.Address).UpsertAsync("c", Documents(5_000, "two\nlines"), Token);

        Assert.Equal("application/x-ndjson", type);
        Assert.Equal(Enumerable.Range(0, 5_000).Select(i => $"{i}"), ids);
        Assert.Equal((5_000L, 5_000L), (result.Received, result.Written));
    }

    [Fact]
    public async Task A_service_that_does_not_read_holds_the_source_back()
    {
        const int total = 20_000;
        var reading = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        await using var server = await WireServer.StartAsync(async context =>
        {
            context.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = null;
            await context.Request.Body.ReadExactlyAsync(new byte[1]);
            reading.SetResult();
            await go.Task;
            await context.Request.Body.CopyToAsync(Stream.Null);
            await context.Response.WriteAsync(Done);
        });
        var upload = new SearchClient(server.Address).UpsertAsync("c", Documents(total, new string('a', 10_000)), Token);
        await reading.Task.WaitAsync(Token);

        var held = await SettledAsync();

        Assert.InRange(held, 1, total - 1);
        Assert.False(upload.IsCompleted);
        go.SetResult();
        await upload;
        Assert.Equal(total, _produced);
    }

    [Fact]
    public async Task A_rejection_before_the_body_is_read_sends_no_document()
    {
        await using var server = await WireServer.AnsweringAsync(404, """{"detail":"no collection c"}""", "application/problem+json");

        var problem = await Assert.ThrowsAsync<PlatformException>(() =>
            new SearchClient(server.Address).UpsertAsync("c", Documents(10, "text"), Token)
        );

        Assert.Equal(("no collection c", 0), (problem.Message, _produced));
    }

    [Fact]
    public async Task A_failure_of_the_source_reaches_the_caller_unchanged()
    {
        await using var server = await WireServer.StartAsync(async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            await context.Response.WriteAsync(Done);
        });

        var broken = await Assert.ThrowsAsync<FormatException>(() => new SearchClient(server.Address).UpsertAsync("c", Broken(), Token));

        Assert.Equal("line 2", broken.Message);
    }

    private static async IAsyncEnumerable<Document> Broken()
    {
        yield return new Document { Id = "1", Text = "a" };
        await Task.Yield();
        throw new FormatException("line 2");
    }

    private async IAsyncEnumerable<Document> Documents(
        int count,
        string text,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        for (var i = 0; i < count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _produced = i + 1;
            yield return new Document { Id = $"{i}", Text = text };
            await Task.CompletedTask;
        }
    }

    // The buffers between the two fill up; then the count stands still.
    private async Task<int> SettledAsync()
    {
        for (var (last, still) = (-1, 0); ; last = _produced)
        {
            await Task.Delay(50, Token);
            still = last == _produced ? still + 1 : 0;
            if (still == 10)
            {
                return last;
            }
        }
    }
}
