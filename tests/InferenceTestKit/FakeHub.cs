using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using EmbedPlatform.Inference.Installation;

namespace EmbedPlatform.InferenceTestKit;

/// <summary>
/// A hub on a free port that speaks HTTP/1.1 over plain sockets, so that it can break off in the middle of a file, which a proper server
/// library does not let one do.
/// </summary>
public sealed class FakeHub : IAsyncDisposable
{
    public const string FirstCommit = "0123456789abcdef0123456789abcdef01234567";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    public FakeHub()
    {
        _listener.Start();
        _loop = Task.Run(AcceptAsync);
    }

    /// <summary>Files by the path after /resolve/COMMIT/, or by the whole path where that is not in it.</summary>
    public Dictionary<string, byte[]> Files { get; } = new() { ["tokenizer.json"] = Encoding.UTF8.GetBytes(TinyModel.Tokenizer) };

    /// <summary>The hash that is stated for a file, right or wrong.</summary>
    public Dictionary<string, string> Hashes { get; } = [];

    /// <summary>The size that is stated for a file beside its hash, right or wrong.</summary>
    public Dictionary<string, long> Sizes { get; } = [];

    /// <summary>The Content-Length that is claimed for a file, right or wrong.</summary>
    public Dictionary<string, long> ClaimedLengths { get; } = [];

    /// <summary>After how many bytes answers break off, one after the other; then they are whole.</summary>
    public Queue<int> BreakAfter { get; } = new();

    /// <summary>After how many bytes answers say no more and stay open, one after the other.</summary>
    public Queue<int> StallAfter { get; } = new();

    /// <summary>Statuses that are answered to downloads before anything is given.</summary>
    public Queue<int> Refusals { get; } = new();

    /// <summary>Statuses that are answered to questions about a file.</summary>
    public Queue<int> HeadRefusals { get; } = new();

    /// <summary>When refused clients are asked to come back.</summary>
    public string RetryAfter { get; init; } = "0";

    /// <summary>Whether downloads are redirected to another path, as large files are.</summary>
    public bool Redirects { get; init; }

    /// <summary>The host that downloads are redirected to; null: this one.</summary>
    public FakeHub? Store { get; init; }

    /// <summary>Whether answers carry a tag under which they can be continued.</summary>
    public bool Tags { get; init; } = true;

    /// <summary>Whether answers state no length and end where the connection ends.</summary>
    public bool HidesLengths { get; init; }

    /// <summary>Whether the server ignores ranges.</summary>
    public bool IgnoresRanges { get; init; }

    /// <summary>The commit that every branch stands for.</summary>
    public string Commit { get; set; } = FirstCommit;

    /// <summary>Ends when an answer has stalled.</summary>
    public TaskCompletionSource Stalled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The request lines that came, with the range and whether a token was shown.</summary>
    public List<string> Requests { get; } = [];

    public PullOptions Options =>
        new()
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
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
            }
        }
        catch (Exception) when (_stop.IsCancellationRequested) { }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            client.LingerState = new LingerOption(true, 1);
            try
            {
                await AnswerAsync(client.GetStream());
            }
            catch (Exception problem) when (problem is IOException or OperationCanceledException)
            {
                // The client went away, as cancelled ones do.
            }
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
        var ifRange = headers.GetValueOrDefault("If-Range");
        lock (Requests)
        {
            Requests.Add($"{request[0]} {request[1]} {range} {ifRange}{(headers.ContainsKey("Authorization") ? " token" : "")}".TrimEnd());
        }

        var name = NameOf(request[1]);
        var stored = request[1].StartsWith("/stored/", StringComparison.Ordinal);
        var hash = Hashes.GetValueOrDefault(name) is { } stated ? $"X-Linked-ETag: \"{stated}\"\r\n" : "";
        hash += Sizes.TryGetValue(name, out var size) ? $"X-Linked-Size: {size}\r\n" : "";
        if (!Files.TryGetValue(name, out var file))
        {
            await SendAsync(stream, "404 Not Found", "", []);
        }
        else if (request[0] == "HEAD" && HeadRefusals.TryDequeue(out var refusal))
        {
            await SendAsync(stream, $"{refusal} No", $"Retry-After: {RetryAfter}\r\n", []);
        }
        else if (request[0] == "HEAD")
        {
            await SendAsync(stream, "200 OK", $"X-Repo-Commit: {Commit}\r\n{hash}", []);
        }
        else if (Refusals.TryDequeue(out var status))
        {
            await SendAsync(stream, $"{status} No", $"Retry-After: {RetryAfter}\r\n", []);
        }
        else if ((Redirects || Store is not null) && !stored)
        {
            await SendAsync(
                stream,
                "302 Found",
                $"{hash}Location: {Store?.Options.HubEndpoint.AbsoluteUri.TrimEnd('/')}/stored{request[1]}\r\n",
                []
            );
        }
        else
        {
            var tag = $"\"{Convert.ToHexStringLower(MD5.HashData(file))}\"";
            await SendFileAsync(
                stream,
                file,
                hash + (Tags ? $"ETag: {tag}\r\n" : ""),
                IgnoresRanges || (ifRange is not null && ifRange != tag) ? null : range,
                ClaimedLengths.TryGetValue(name, out var claimed) ? claimed : null
            );
        }
    }

    /// <summary>The path after /resolve/COMMIT/, as the hub has it, else the whole.</summary>
    private static string NameOf(string path)
    {
        const string Marker = "/resolve/";
        var at = path.IndexOf(Marker, StringComparison.Ordinal);
        return at < 0 ? path[1..] : path[(path.IndexOf('/', at + Marker.Length) + 1)..];
    }

    private async Task SendFileAsync(NetworkStream stream, byte[] file, string headers, string? range, long? claimed)
    {
        var from = range is null ? 0 : int.Parse(range["bytes=".Length..^1], CultureInfo.InvariantCulture);
        if (from >= file.Length)
        {
            await SendAsync(stream, "416 Range Not Satisfiable", "", []);
            return;
        }

        var body = file[from..];
        headers += range is null ? "" : $"Content-Range: bytes {from}-{file.Length - 1}/{file.Length}\r\n";
        var stalls = StallAfter.TryDequeue(out var count);
        await SendAsync(
            stream,
            range is null ? "200 OK" : "206 Partial Content",
            headers,
            body,
            stalls || BreakAfter.TryDequeue(out count) ? count : body.Length,
            claimed
        );
        if (stalls)
        {
            Stalled.TrySetResult();
            await Task.Delay(Timeout.Infinite, _stop.Token);
        }
    }

    private async Task SendAsync(NetworkStream stream, string status, string headers, byte[] body, int? bytes = null, long? claimed = null)
    {
        var head =
            $"HTTP/1.1 {status}\r\n{headers}"
            + $"{(HidesLengths && body.Length > 0 ? "" : $"Content-Length: {claimed ?? body.Length}\r\n")}Connection: close\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head), _stop.Token);
        await stream.WriteAsync(body.AsMemory(0, Math.Min(bytes ?? body.Length, body.Length)), _stop.Token);
    }
}
