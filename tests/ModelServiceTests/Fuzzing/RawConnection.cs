using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace EmbedPlatform.ModelServiceTests.Fuzzing;

/// <summary>An answer as it came.</summary>
/// <param name="Status">The status.</param>
/// <param name="Headers">The headers, names in lower case.</param>
/// <param name="Body">The body.</param>
internal sealed record RawAnswer(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public bool Closes => Headers.GetValueOrDefault("connection")?.Equals("close", StringComparison.OrdinalIgnoreCase) == true;
}

/// <summary>HTTP/1.1 over a socket, which sends what it is told to, also what no HTTP client would.</summary>
internal sealed class RawConnection(Uri address) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(15);

    private readonly byte[] _buffer = new byte[64 * 1024];
    private TcpClient? _client;
    private NetworkStream? _stream;
    private int _start;
    private int _end;

    /// <summary>Sends a request and reads the answer.</summary>
    /// <returns>Null where the server hung up without one.</returns>
    public async Task<RawAnswer?> AskAsync(FuzzRequest request, CancellationToken cancellationToken)
    {
        var fresh = _client is null;
        try
        {
            var answer = await ExchangeAsync(request, cancellationToken);
            if (answer is null && !fresh)
            {
                // The server may have ended an idle connection; a new one has to answer.
                Close();
                answer = await ExchangeAsync(request, cancellationToken);
            }

            if (answer is null || answer.Closes || !request.KeepsConnection)
            {
                Close();
            }

            return answer;
        }
        catch (IOException)
        {
            Close();
            return fresh ? null : await AskAsync(request, cancellationToken);
        }
    }

    public void Dispose() => Close();

    private async Task<RawAnswer?> ExchangeAsync(FuzzRequest request, CancellationToken cancellationToken)
    {
        if (_client is null)
        {
            _client = new TcpClient { NoDelay = true };
            await _client.ConnectAsync(address.Host, address.Port, cancellationToken);
            (_stream, _start, _end) = (_client.GetStream(), 0, 0);
        }

        await SendAsync(request, cancellationToken);
        while (await ReadHeadAsync(cancellationToken) is var (status, headers))
        {
            if (status >= 200)
            {
                return new RawAnswer(status, headers, await ReadBodyAsync(status, headers, cancellationToken));
            }
        }

        return null;
    }

    private async Task SendAsync(FuzzRequest request, CancellationToken cancellationToken)
    {
        try
        {
            var piece = request.Slow ? Math.Max(1, request.Bytes.Length / 4) : request.Bytes.Length;
            for (var at = 0; at < request.Bytes.Length; at += piece)
            {
                await _stream!.WriteAsync(request.Bytes.AsMemory(at, Math.Min(piece, request.Bytes.Length - at)), cancellationToken);
                if (request.Slow)
                {
                    await Task.Delay(Pause, cancellationToken);
                }
            }

            if (!request.IsWhole)
            {
                _client!.Client.Shutdown(SocketShutdown.Send);
            }
        }
        catch (Exception refused) when (refused is IOException or SocketException && !request.IsWhole)
        {
            // The server answered before it had read everything; the answer is what counts.
        }
    }

    private async Task<(int Status, Dictionary<string, string> Headers)?> ReadHeadAsync(CancellationToken cancellationToken)
    {
        if (await ReadLineAsync(cancellationToken) is not { } first)
        {
            return null;
        }

        var headers = new Dictionary<string, string>();
        while (await ReadLineAsync(cancellationToken) is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            headers[line[..colon].ToLowerInvariant()] = line[(colon + 1)..].Trim();
        }

        return (int.Parse(first.Split(' ')[1], CultureInfo.InvariantCulture), headers);
    }

    private async Task<byte[]> ReadBodyAsync(int status, Dictionary<string, string> headers, CancellationToken cancellationToken)
    {
        var body = new MemoryStream();
        if (status is 204 or 304)
        {
            return [];
        }

        if (headers.TryGetValue("content-length", out var length))
        {
            await CopyAsync(body, int.Parse(length, CultureInfo.InvariantCulture), cancellationToken);
        }
        else if (headers.GetValueOrDefault("transfer-encoding") == "chunked")
        {
            for (
                int size;
                (size = int.Parse(await LineAsync(cancellationToken), NumberStyles.HexNumber, CultureInfo.InvariantCulture)) > 0;

            )
            {
                await CopyAsync(body, size, cancellationToken);
                await LineAsync(cancellationToken);
            }

            await LineAsync(cancellationToken);
        }

        return body.ToArray();
    }

    private async Task CopyAsync(MemoryStream body, int count, CancellationToken cancellationToken)
    {
        while (count > 0)
        {
            if (_start == _end && !await FillAsync(cancellationToken))
            {
                throw new InvalidDataException($"the answer broke off, {count} bytes were missing");
            }

            var part = Math.Min(count, _end - _start);
            body.Write(_buffer, _start, part);
            (_start, count) = (_start + part, count - part);
        }
    }

    private async Task<string> LineAsync(CancellationToken cancellationToken) =>
        await ReadLineAsync(cancellationToken) ?? throw new InvalidDataException("the answer broke off");

    private async Task<string?> ReadLineAsync(CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        while (_start < _end || await FillAsync(cancellationToken))
        {
            var next = (char)_buffer[_start++];
            if (next == '\n')
            {
                return line.ToString();
            }

            if (next != '\r')
            {
                line.Append(next);
            }
        }

        return null;
    }

    private async Task<bool> FillAsync(CancellationToken cancellationToken)
    {
        (_start, _end) = (0, await _stream!.ReadAsync(_buffer, cancellationToken));
        return _end > 0;
    }

    private void Close()
    {
        _client?.Dispose();
        _client = null;
    }
}
