using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace EmbedPlatform.ServiceDefaults.Tests;

/// <summary>Whatever is wrong with a request is the caller's fault (4xx), never the service's.</summary>
public sealed class HostileBodyTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, byte[]> Bodies =>
        new()
        {
            { "invalid UTF-8 in a value", [.. "{\"customer_name\": \""u8, 0xC3, 0x28, .. "\"}"u8] },
            { "invalid UTF-8 in a name", [.. "{\""u8, 0xFF, 0xFE, .. "\": {\"a\": [}}"u8] },
            { "a lone surrogate", "{\"customer_name\": \"\\udc00\"}"u8.ToArray() },
            { "half a surrogate pair in a name", "{\"\\ud800\": 1}"u8.ToArray() },
            { "NUL in a value", [.. "{\"customer_name\": \""u8, 0, .. "\"}"u8] },
            { "NUL alone", [0] },
            { "deep arrays", Encoding.ASCII.GetBytes("{\"lines\": " + new string('[', 100_000)) },
            { "deep objects in a field that nobody reads", Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 100_000))) },
            { "a huge number", "{\"lines\": [{\"amount\": 1e999999}]}"u8.ToArray() },
            { "UTF-16", Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes("{\"customer_name\": \"a\"}")).ToArray() },
            { "truncated", "{\"customer_name\": \"a"u8.ToArray() },
            { "two documents", "{} {}"u8.ToArray() },
        };

    [Theory]
    [MemberData(nameof(Bodies), DisableDiscoveryEnumeration = true)]
    public async Task A_body_that_is_not_JSON_is_400(string what, byte[] body)
    {
        await using var service = await SampleService.StartAsync();
        using var content = new ByteArrayContent(body) { Headers = { ContentType = new("application/json") } };

        using var response = await service.Http.PostAsync("/orders", content, Cancellation);

        Assert.True(
            response.StatusCode == HttpStatusCode.BadRequest,
            $"{what}: {response.StatusCode} {await response.Content.ReadAsStringAsync(Cancellation)}"
        );
    }

    [Theory]
    [InlineData("Content-Length: 100\r\n\r\n{\"customer_name\"")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5\r\n{\"cus\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\nnonsense\r\n")]
    [InlineData("Content-Length: -1\r\n\r\n{}")]
    [InlineData("Content-Length: 2\r\nTransfer-Encoding: gzip\r\n\r\n{}")]
    public async Task A_body_that_ends_too_soon_is_400_or_closes_the_connection(string rest)
    {
        await using var service = await SampleService.StartAsync();

        var answer = await SendAsync(service, $"POST /orders HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n{rest}");

        Assert.True(answer.Length == 0 || answer.StartsWith("HTTP/1.1 4", StringComparison.Ordinal), answer);
    }

    private static async Task<string> SendAsync(SampleService service, string request)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync("127.0.0.1", service.Http.BaseAddress!.Port, Cancellation);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), Cancellation);
        socket.Client.Shutdown(SocketShutdown.Send);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        try
        {
            return await reader.ReadToEndAsync(Cancellation);
        }
        catch (IOException)
        {
            return "";
        }
    }
}
