using System.Net;
using System.Net.Sockets;
using System.Text;
using EmbedPlatform.Inference.Models.Install;

namespace EmbedPlatform.Inference.Tests.Models;

/// <summary>
/// A hub on a free port that speaks HTTP/1.1 over plain sockets, so that it can break off in the middle of a file, which a proper server
/// library does not let one do.
/// </summary>
internal sealed class FakeHub : IAsyncDisposable
{
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    public FakeHub()
    {
        _listener.Start();
        _loop = Task.Run(AcceptAsync);
    }

    /// <summary>Files by the path after /resolve/COMMIT/.</summary>
    public Dictionary<string, byte[]> Files { get; } = new() { ["tokenizer.json"] = Encoding.UTF8.GetBytes(TinyModel.Tokenizer) };

    /// <summary>The hash that is stated for a file, right or wrong.</summary>
    public Dictionary<string, string> Hashes { get; } = [];

    /// <summary>After how many bytes answers break off, one after the other; then they are whole.</summary>
    public Queue<int> BreakAfter { get; } = new();

    /// <summary>Statuses that are answered to downloads before anything is given.</summary>
    public Queue<int> Refusals { get; } = new();

    /// <summary>Whether downloads are redirected to another path, as large files are.</summary>
    public bool Redirects { get; init; }

    /// <summary>Whether the server ignores ranges.</summary>
    public bool IgnoresRanges { get; init; }

    /// <summary>The request lines that came, with the range and whether a token was shown.</summary>
    public List<string> Requests { get; } = [];

    public PullOptions Options => new()
    {
        HubEndpoint = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}"),
        HubToken = "secret-token",
        FirstPause = TimeSpan.FromMilliseconds(1),
        Attempts = 3,
    };

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _loop;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                client.LingerState = new LingerOption(true, 1);
                await AnswerAsync(client.GetStream());
            }
        }
        catch (Exception) when (_stop.IsCancellationRequested)
        {
        }
    }

    private async Task AnswerAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, false, 1024, leaveOpen: true);
        var request = (await reader.ReadLineAsync(_stop.Token) ?? "").Split(' ');
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 } line)
        {
            headers[line.Split(':')[0]] = line[(line.IndexOf(':') + 1)..].Trim();
        }

        if (request.Length < 2)
        {
            return;
        }

        var range = headers.GetValueOrDefault("Range");
        lock (Requests)
        {
            Requests.Add($"{request[0]} {request[1]} {range}{(headers.ContainsKey("Authorization") ? " token" : "")}".TrimEnd());
        }

        var name = request[1][(request[1].IndexOf("/resolve/", StringComparison.Ordinal) + "/resolve/".Length)..];
        name = name[(name.IndexOf('/') + 1)..];
        var stored = request[1].StartsWith("/stored/", StringComparison.Ordinal);
        var hash = Hashes.GetValueOrDefault(name) is { } stated ? $"X-Linked-ETag: \"{stated}\"\r\n" : "";
        if (!Files.TryGetValue(name, out var file))
        {
            await SendAsync(stream, "404 Not Found", "", []);
        }
        else if (request[0] == "HEAD")
        {
            await SendAsync(stream, "200 OK", $"X-Repo-Commit: {Commit}\r\n{hash}", []);
        }
        else if (Refusals.TryDequeue(out var status))
        {
            await SendAsync(stream, $"{status} No", "Retry-After: 0\r\n", []);
        }
        else if (Redirects && !stored)
        {
            await SendAsync(stream, "302 Found", $"{hash}Location: /stored{request[1]}\r\n", []);
        }
        else
        {
            await SendFileAsync(stream, file, hash, IgnoresRanges ? null : range);
        }
    }

    private async Task SendFileAsync(NetworkStream stream, byte[] file, string hash, string? range)
    {
        var from = range is null ? 0 : int.Parse(range["bytes=".Length..^1], System.Globalization.CultureInfo.InvariantCulture);
        if (from >= file.Length)
        {
            await SendAsync(stream, "416 Range Not Satisfiable", "", []);
            return;
        }

        var body = file[from..];
        var headers = $"{hash}ETag: \"tag-{file.Length}\"\r\n" + (range is null ? "" : $"Content-Range: bytes {from}-{file.Length - 1}/{file.Length}\r\n");
        await SendAsync(stream, range is null ? "200 OK" : "206 Partial Content", headers, body, BreakAfter.TryDequeue(out var count) ? count : body.Length);
    }

    private async Task SendAsync(NetworkStream stream, string status, string headers, byte[] body, int? bytes = null)
    {
        var head = $"HTTP/1.1 {status}\r\n{headers}Content-Length: {body.Length}\r\nConnection: close\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head), _stop.Token);
        await stream.WriteAsync(body.AsMemory(0, Math.Min(bytes ?? body.Length, body.Length)), _stop.Token);
    }
}
