using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace EmbedPlatform.ServiceDefaults.Tests;

/// <summary>Who sends too much hears so, also where it sends everything before it reads.</summary>
public sealed class OverlongBodyTests
{
    private const int Megabytes = 24;

    private static readonly byte[] Blanks = [.. Enumerable.Repeat((byte)' ', Megabytes << 20)];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_that_reads_only_after_sending_gets_the_413(bool chunked)
    {
        await using var service = await StartAsync();
        using var socket = new TcpClient();
        await socket.ConnectAsync("127.0.0.1", service.Http.BaseAddress!.Port, Cancellation);
        var stream = socket.GetStream();
        var length = chunked ? "Transfer-Encoding: chunked" : $"Content-Length: {Megabytes << 20}";
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes($"POST /orders HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n{length}\r\n\r\n"),
            Cancellation
        );
        for (var i = 0; i < Megabytes; i++)
        {
            await stream.WriteAsync(
                chunked ? (byte[])[.. "100000\r\n"u8, .. Blanks.AsSpan(0, 1 << 20), .. "\r\n"u8] : Blanks[..(1 << 20)],
                Cancellation
            );
        }

        await stream.WriteAsync(chunked ? "0\r\n\r\n"u8.ToArray() : [], Cancellation);
        var answer = await new StreamReader(stream).ReadToEndAsync(Cancellation);

        Assert.StartsWith("HTTP/1.1 413", answer);
        Assert.Contains("\"body\":[\"must not be longer than 1048576 bytes", answer);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_HttpClient_without_ExpectContinue_gets_the_413(bool chunked)
    {
        await using var service = await StartAsync();
        for (var i = 0; i < 2; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/orders") { Content = new ByteArrayContent(Blanks) };
            request.Content.Headers.ContentType = new("application/json");
            request.Headers.TransferEncodingChunked = chunked;
            using var response = await service.Http.SendAsync(request, Cancellation);

            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
            Assert.Equal(
                ["body"],
                (await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation))
                    .GetProperty("errors")
                    .EnumerateObject()
                    .Select(error => error.Name)
            );
        }
    }

    [Fact]
    public async Task A_client_that_stops_in_the_middle_is_not_waited_for_forever()
    {
        await using var service = await StartAsync();
        using var socket = new TcpClient();
        await socket.ConnectAsync("127.0.0.1", service.Http.BaseAddress!.Port, Cancellation);
        await socket
            .GetStream()
            .WriteAsync(
                Encoding.ASCII.GetBytes(
                    $"POST /orders HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {Megabytes << 20}\r\n\r\n "
                ),
                Cancellation
            );

        var answer = await new StreamReader(socket.GetStream())
            .ReadToEndAsync(Cancellation)
            .WaitAsync(TimeSpan.FromMinutes(1), Cancellation);

        Assert.StartsWith("HTTP/1.1 413", answer);
    }

    [Fact]
    public async Task A_route_that_lifts_the_limit_reads_a_body_of_any_length()
    {
        await using var service = await StartAsync();
        foreach (var chunked in (bool[])[false, true])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/stream") { Content = new ByteArrayContent(Blanks) };
            request.Headers.TransferEncodingChunked = chunked;
            using var response = await service.Http.SendAsync(request, Cancellation);

            Assert.Equal($"{Megabytes << 20}", await response.Content.ReadAsStringAsync(Cancellation));
        }
    }

    private static Task<SampleService> StartAsync() =>
        SampleService.StartAsync(
            builder => builder.Configuration.AddInMemoryCollection([KeyValuePair.Create("Limits:MaxBodyBytes", (string?)"1048576")]),
            app =>
                app.MapPost(
                    "/stream",
                    async (HttpContext http) =>
                    {
                        http.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = null;
                        var (buffer, length) = (new byte[64 * 1024], 0L);
                        for (int read; (read = await http.Request.Body.ReadAsync(buffer, Cancellation)) > 0;)
                        {
                            length += read;
                        }

                        return $"{length}";
                    }
                )
        );
}
