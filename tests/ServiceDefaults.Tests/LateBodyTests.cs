using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace EmbedPlatform.ServiceDefaults.Tests;

/// <summary>Who is still sending when its deadline passes hears so, and may go on with the connection.</summary>
public sealed class LateBodyTests : IDisposable
{
    private const int Length = 1 << 18;

    private readonly SemaphoreSlim _passed = new(0);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _passed.Dispose();

    [Fact]
    public async Task A_deadline_that_passes_while_the_body_arrives_is_504_on_an_open_connection()
    {
        await using var service = await StartAsync();
        using var socket = new TcpClient();
        await socket.ConnectAsync("127.0.0.1", service.Http.BaseAddress!.Port, Cancellation);
        var stream = socket.GetStream();
        using var answers = new StreamReader(stream);

        for (var i = 0; i < 5; i++)
        {
            await SendAsync(stream, "X-Request-Timeout-Ms: 1\r\n", late: true);
            Assert.StartsWith("HTTP/1.1 504", await ReadAsync(answers));
            await SendAsync(stream, "", late: false);
            Assert.StartsWith("HTTP/1.1 200", await ReadAsync(answers));
        }
    }

    [Fact]
    public async Task A_client_that_stops_in_the_middle_of_the_body_gets_504_at_the_deadline()
    {
        await using var service = await StartAsync();
        using var socket = new TcpClient();
        await socket.ConnectAsync("127.0.0.1", service.Http.BaseAddress!.Port, Cancellation);
        var stream = socket.GetStream();
        using var answers = new StreamReader(stream);

        await stream.WriteAsync(
            Encoding.ASCII.GetBytes("POST /read HTTP/1.1\r\nHost: x\r\nX-Request-Timeout-Ms: 1\r\nContent-Length: 6\r\n\r\nhal"),
            Cancellation
        );
        Assert.StartsWith("HTTP/1.1 504", await ReadAsync(answers));

        await stream.WriteAsync("ves"u8.ToArray(), Cancellation);
        await SendAsync(stream, "", late: false);
        Assert.StartsWith("HTTP/1.1 200", await ReadAsync(answers));
    }

    private Task<SampleService> StartAsync() =>
        SampleService.StartAsync(map: app =>
            app.MapPost(
                "/read",
                async (HttpContext http) =>
                {
                    try
                    {
                        await http.Request.Body.CopyToAsync(Stream.Null, http.RequestAborted);
                        return "read";
                    }
                    catch (OperationCanceledException)
                    {
                        _passed.Release();
                        throw;
                    }
                }
            )
        );

    private async Task SendAsync(NetworkStream stream, string header, bool late)
    {
        var half = new byte[Length / 2];
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes($"POST /read HTTP/1.1\r\nHost: x\r\n{header}Content-Length: {Length}\r\n\r\n"),
            Cancellation
        );
        await stream.WriteAsync(half, Cancellation);
        if (late)
        {
            await _passed.WaitAsync(Cancellation);
        }

        await stream.WriteAsync(half.AsMemory(0, half.Length / 2), Cancellation);
        await Task.Delay(20, Cancellation);
        await stream.WriteAsync(half.AsMemory(half.Length / 2), Cancellation);
    }

    /// <summary>Reads an answer to its end, whether it has a length or chunks.</summary>
    /// <returns>Its first line.</returns>
    private static async Task<string> ReadAsync(StreamReader answers)
    {
        var lines = new List<string>();
        while (await LineAsync(answers) is { Length: > 0 } line)
        {
            lines.Add(line);
        }

        if (lines.Find(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)) is { } length)
        {
            await answers.ReadBlockAsync(
                new char[int.Parse(length["Content-Length:".Length..], CultureInfo.InvariantCulture)],
                Cancellation
            );
            return lines[0];
        }

        while (await LineAsync(answers) is not "0") { }

        await LineAsync(answers);
        return lines[0];
    }

    private static Task<string?> LineAsync(StreamReader answers) =>
        answers.ReadLineAsync(Cancellation).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
}
