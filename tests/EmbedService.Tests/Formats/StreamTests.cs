using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Xunit;

namespace EmbedPlatform.EmbedService.Tests.Formats;

/// <summary><c>POST /api/v1/embed</c> with a text per line.</summary>
public sealed class StreamTests(EmbedFixture service) : IClassFixture<EmbedFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_line_is_answered_in_order_and_the_end_counts_them()
    {
        var texts = Enumerable.Range(0, 200).Select(i => string.Join(' ', Enumerable.Repeat($"text {i}", 1 + (i * 7 % 40)))).ToArray();

        var answers = await LinesAsync(
            "?encoding=base64",
            string.Join('\n', texts.Select((text, i) => JsonSerializer.Serialize(new { input = text, id = $"t{i}" })))
        );

        var (all, _) = await service.AskAsync("api/v1/embed", JsonSerializer.Serialize(new { input = texts, encoding = "base64" }));
        Assert.Equal(201, answers.Length);
        for (var i = 0; i < texts.Length; i++)
        {
            Assert.Equal((i + 1, $"t{i}"), (answers[i].GetProperty("line").GetInt32(), answers[i].GetProperty("id").GetString()));
            Assert.Equal(all.GetProperty("data")[i].GetProperty("embedding").GetString(), answers[i].GetProperty("embedding").GetString());
        }

        Assert.True(answers[^1].GetProperty("done").GetBoolean());
        Assert.Equal(
            (200, 200, 0),
            (
                answers[^1].GetProperty("lines").GetInt32(),
                answers[^1].GetProperty("embedded").GetInt32(),
                answers[^1].GetProperty("failed").GetInt32()
            )
        );
    }

    [Fact]
    public async Task An_invalid_line_is_named_and_fails_no_other()
    {
        var lines = $$"""
            "first"
            {"input": "", "id": 7}

            not json
            {"input": [1, 2]}
            {"input": [1, 8000]}
            {"input": ["two", "texts"]}
            {"id": "nothing"}
            "{{Wire.Words(300)}}"
            "last"
            """;

        var answers = await LinesAsync("?truncate=error&dimensions=8", lines);

        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9], answers[..^1].Select(answer => answer.GetProperty("line").GetInt32()));
        Assert.Equal(
            [1, 4, 9],
            answers[..^1].Where(answer => answer.TryGetProperty("embedding", out _)).Select(answer => answer.GetProperty("line").GetInt32())
        );
        Assert.Equal(7, answers[1].GetProperty("id").GetInt32());
        Assert.Equal(
            [
                "input: must not be blank",
                "line: must be {\"input\": text or token ids} or a JSON string",
                "input[1]: is 8000, which is not a token id of use-lite; ids range from 0 to 7999",
                "input: must be one text, or the token ids of one",
                "input: is required",
                "input: has 300 tokens; use-lite takes at most 128",
            ],
            answers[..^1]
                .Where(answer => answer.TryGetProperty("error", out _))
                .Select(answer => answer.GetProperty("error"))
                .Select(error => $"{error.GetProperty("field").GetString()}: {error.GetProperty("message").GetString()}")
        );
        Assert.Equal(
            (9, 3, 6),
            (
                answers[^1].GetProperty("lines").GetInt32(),
                answers[^1].GetProperty("embedded").GetInt32(),
                answers[^1].GetProperty("failed").GetInt32()
            )
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task A_line_is_answered_before_the_next_one_is_sent()
    {
        // HttpClient reads no answer before it has sent its body, so this speaks HTTP by hand.
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(service.Http.BaseAddress!.Host, service.Http.BaseAddress.Port, Token);
        await using var stream = tcp.GetStream();
        using var reader = new StreamReader(stream);
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes(
                "POST /api/v1/embed?dimensions=2 HTTP/1.1\r\nHost: a\r\n"
                    + "Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n"
            ),
            Token
        );

        for (var line = 1; line <= 3; line++)
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes("6\r\n\"one\"\n\r\n"), Token);
            Assert.Equal(line, (await NextAsync(reader)).GetProperty("line").GetInt32());
        }

        await stream.WriteAsync(Encoding.ASCII.GetBytes("0\r\n\r\n"), Token);
        Assert.True((await NextAsync(reader)).GetProperty("done").GetBoolean());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_deadline_ends_the_stream_with_a_line_that_reports_it_even_without_input()
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(service.Http.BaseAddress!.Host, service.Http.BaseAddress.Port, Token);
        await using var stream = tcp.GetStream();
        using var reader = new StreamReader(stream);
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes(
                "POST /api/v1/embed?dimensions=2 HTTP/1.1\r\nHost: a\r\n"
                    + "Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\nX-Request-Timeout-Ms: 2000\r\n\r\n"
            ),
            Token
        );
        await stream.WriteAsync(Encoding.ASCII.GetBytes("6\r\n\"one\"\n\r\n"), Token);
        Assert.Equal(1, (await NextAsync(reader)).GetProperty("line").GetInt32());

        var end = await NextAsync(reader);

        Assert.False(end.GetProperty("done").GetBoolean());
        Assert.Equal("The deadline passed. The remaining lines were not embedded.", end.GetProperty("error").GetString());
        Assert.Equal("0", await PastBlanksAsync(reader));
    }

    [Fact]
    public async Task A_stream_may_exceed_the_body_limit_but_a_line_may_not()
    {
        await using var small = new EmbedFixture(("Limits:MaxBodyBytes", "2048"));
        await small.InitializeAsync();
        var lines = string.Join(
            '\n',
            Enumerable.Range(0, 600).Select(i => $"\"line {i}\"").Append($"\"{new string('a', 3000)}\"").Append("\"end\"")
        );

        var answers = await LinesAsync("?dimensions=2", lines, small);

        Assert.Equal("must not be longer than 2048 bytes", answers[600].GetProperty("error").GetProperty("message").GetString());
        Assert.Equal((602, 601), (answers[^1].GetProperty("lines").GetInt32(), answers[^1].GetProperty("embedded").GetInt32()));
    }

    [Fact]
    public async Task A_full_queue_slows_a_stream_without_rejecting_a_line()
    {
        await using var narrow = new EmbedFixture(("Inference:QueueTokens", "1024"), ("Inference:Workers", "1"));
        await narrow.InitializeAsync();
        var lines = string.Join('\n', Enumerable.Range(0, 80).Select(i => $"\"{i} {Wire.Words(100)}\""));

        var answers = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => LinesAsync("?dimensions=2", lines, narrow)));

        Assert.All(answers, answer => Assert.Equal(80, answer[^1].GetProperty("embedded").GetInt32()));
    }

    [Theory]
    [InlineData("?encoding=hex", HttpStatusCode.BadRequest)]
    [InlineData("?dimensions=two", HttpStatusCode.BadRequest)]
    [InlineData("?dimensions=9999", HttpStatusCode.BadRequest)]
    [InlineData("?outputs=dense,sparse", HttpStatusCode.BadRequest)]
    [InlineData("?model=nobody", HttpStatusCode.NotFound)]
    public async Task An_error_of_the_whole_stream_is_rejected_before_the_first_line(string query, HttpStatusCode status)
    {
        using var response = await service.Http.PostAsync("api/v1/embed" + query, Content("\"a\""), Token);

        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    private Task<JsonElement[]> LinesAsync(string query, string lines) => LinesAsync(query, lines, service);

    private static async Task<JsonElement[]> LinesAsync(string query, string lines, EmbedFixture service)
    {
        using var response = await service.Http.PostAsync("api/v1/embed" + query, Content(lines), Token);
        var answer = await response.Content.ReadAsStringAsync(Token);
        Assert.True(response.IsSuccessStatusCode, answer);
        Assert.Equal("application/x-ndjson", response.Content.Headers.ContentType?.MediaType);
        return [.. answer.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
    }

    private static StringContent Content(string lines) => new(lines, Encoding.UTF8, "application/x-ndjson");

    private static async Task<string?> PastBlanksAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync(Token) is { } line)
        {
            if (line.Length > 0)
            {
                return line;
            }
        }

        return null;
    }

    /// <summary>The next JSON line, past headers and the sizes of chunks.</summary>
    private static async Task<JsonElement> NextAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync(Token) is { } line)
        {
            if (line.StartsWith('{'))
            {
                return JsonDocument.Parse(line).RootElement;
            }
        }

        throw new EndOfStreamException();
    }
}
