using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using EmbedPlatform.Cli.CommandLine;

namespace EmbedPlatform.Bench.Http;

/// <summary>
/// A minimal HTTP/1.1 client: one connection, one blocking thread, one request at a time. The thread switches of HttpClient would add
/// the caller's cost to the service's.
/// </summary>
internal sealed class LeanClient : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private byte[] _buffer = new byte[1 << 16];

    public LeanClient(Uri address) => _socket.Connect(IPAddress.Loopback, address.Port);

    /// <summary>Posts a JSON body and reads the whole response, which must have a length or chunks.</summary>
    /// <exception cref="CommandException">The response is not 200.</exception>
    public void Post(string path, ReadOnlySpan<byte> body)
    {
        var head = Encoding.ASCII.GetBytes(
            $"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n"
        );
        _socket.Send([.. head, .. body]);
        var length = 0;
        int end;
        while ((end = _buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8)) < 0)
        {
            length += Receive(length);
        }

        var answer = Encoding.ASCII.GetString(_buffer, 0, end);
        var start = end + 4;
        if (Header(answer, "Content-Length") is { } declared)
        {
            var total = start + int.Parse(declared, CultureInfo.InvariantCulture);
            while (length < total)
            {
                length += Receive(length);
            }
        }
        else
        {
            while (!_buffer.AsSpan(start, length - start).EndsWith("0\r\n\r\n"u8))
            {
                length += Receive(length);
            }
        }

        if (!answer.StartsWith("HTTP/1.1 200", StringComparison.Ordinal))
        {
            throw new CommandException($"the service answered {answer.Split('\r')[0]}");
        }
    }

    public void Dispose() => _socket.Dispose();

    private static string? Header(string head, string name) =>
        head.Split("\r\n")
            .FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))
            ?[(name.Length + 1)..].Trim();

    private int Receive(int at)
    {
        if (at == _buffer.Length)
        {
            Array.Resize(ref _buffer, 2 * at);
        }

        var read = _socket.Receive(_buffer.AsSpan(at));
        return read > 0 ? read : throw new IOException("the service closed the connection");
    }
}
