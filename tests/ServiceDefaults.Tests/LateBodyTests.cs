using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace EmbedPlatform.ServiceDefaults.Tests;

/// <summary>Who is still sending when its deadline passes hears so, and may go on with the connection.</summary>
public sealed class LateBodyTests
{
    private const int Length = 1 << 18;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ADeadlineThatPassesWhileTheBodyComes_IsA504OnAConnectionThatLives()
    {
        await using var service = await SampleService.StartAsync(
            _ => { },
            app => app.MapPost("/read", async (HttpContext http) =>
            {
                await http.Request.Body.CopyToAsync(Stream.Null, http.RequestAborted);
                return "read";
            }));
        using var socket = new TcpClient();
        await socket.ConnectAsync("127.0.0.1", service.Http.BaseAddress!.Port, Cancellation);
        var stream = socket.GetStream();
        using var answers = new StreamReader(stream);

        for (var i = 0; i < 5; i++)
        {
            await SendAsync(stream, "X-Request-Timeout-Ms: 1\r\n", pause: TimeSpan.FromMilliseconds(100));
            Assert.StartsWith("HTTP/1.1 504", await ReadAsync(answers));
            await SendAsync(stream, "", pause: TimeSpan.Zero);
            Assert.StartsWith("HTTP/1.1 200", await ReadAsync(answers));
        }
    }

    private static async Task SendAsync(NetworkStream stream, string header, TimeSpan pause)
    {
        var half = new byte[Length / 2];
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST /read HTTP/1.1\r\nHost: x\r\n{header}Content-Length: {Length}\r\n\r\n"), Cancellation);
        await stream.WriteAsync(half, Cancellation);
        await Task.Delay(pause, Cancellation);
        await stream.WriteAsync(half.AsMemory(0, half.Length / 2), Cancellation);
        await Task.Delay(pause, Cancellation);
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
            await answers.ReadBlockAsync(new char[int.Parse(length["Content-Length:".Length..], CultureInfo.InvariantCulture)], Cancellation);
            return lines[0];
        }

        while (await LineAsync(answers) is not "0")
        {
        }

        await LineAsync(answers);
        return lines[0];
    }

    private static Task<string?> LineAsync(StreamReader answers) =>
        answers.ReadLineAsync(Cancellation).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
}
