using System.Globalization;
using System.Text;

namespace EmbedPlatform.ModelServiceTests.Fuzzing;

/// <summary>Requests to the routes of a service, most of them wrong somewhere.</summary>
internal sealed class RequestMutations(IReadOnlyList<FuzzRoute> routes, string host, Random random)
{
    private static readonly string[] OddHeaders =
    [
        "X-Request-Timeout-Ms: 0",
        "X-Request-Timeout-Ms: -5",
        "X-Request-Timeout-Ms: soon",
        "X-Request-Timeout-Ms: 1e3",
        "X-Request-Timeout-Ms: 999999999999999",
        "X-Request-Timeout-Ms:",
        "X-Request-Timeout-Ms: 5000\r\nX-Request-Timeout-Ms: 6000",
        "Authorization: Bearer",
        "Authorization: Bearer \"'<>",
        "Authorization: Basic !!!!",
        "Authorization: x y z",
        "X-Api-Key: \t",
        "Accept: nothing/at-all",
        "Accept: ;;;",
        "Accept-Charset: utf-16",
        "Accept-Encoding: br;q=9, *;q=0",
        "Content-Encoding: gzip",
        "Content-Encoding: nonsense",
        "Cookie: a=;;;=b; =",
        "traceparent: 00-zz-zz-zz",
        "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "tracestate: =,=,=",
        "baggage: a=b;c=%00",
        "Range: bytes=5-1",
        "If-Match: \"",
        "X-Forwarded-For: 999.1.1.1, ::",
        "Forwarded: for=\"",
        "Origin: null",
        "Origin: http://a b",
        "Access-Control-Request-Method: POST",
        "Upgrade: websocket\r\nConnection: Upgrade",
        "Upgrade: h2c",
        "Expect: 100-continue",
        "Content-Language: \u007e",
        "Date: yesterday",
    ];

    private static readonly string[] Queries =
    [
        "?",
        "?=",
        "?&&&=&",
        "?a[]=1&a[x]=2",
        "?model=no-such&model=&model=x",
        "?%00",
        "?%ff%fe",
        "?%",
        "?q=%u0041",
        "?{}",
        "?a=../../etc/passwd",
        "?format=prometheus",
        "?a;b;c",
        "?#",
        "?'\"--",
    ];

    private static readonly string[] Methods = ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW", "get", "POST", "GET"];

    private static readonly string[] PathEnds = ["/", "/x", "//", "%2f", "/..", ";a", "~"];

    private static readonly string[] PathParts = ["x", "0", "%20", "%F0%9F"];

    private static readonly string[] Lengths = ["3000000", "99999999999", "9223372036854775807"];

    public FuzzRequest Next()
    {
        var route = routes[random.Next(routes.Count)];
        var body = route.ContentType is null ? null : new BodyMutations(route, random).Next();
        return random.Next(24) switch
        {
            0 => Request("an odd query", route, route.Method, Path(route) + Query(), body),
            1 or 2 => Request("an odd header", route, route.Method, Path(route), body, Header()),
            3 => Request("another method", route, One(Methods), Path(route), body) with { ReachesRoute = false },
            4 => Request("another path", route, route.Method, Path(route) + One(PathEnds), body) with { ReachesRoute = false },
            5 => Chunked(route, body ?? new FuzzBody("", [], null)),
            6 => Unfinished(route, body ?? new FuzzBody("", [65], "application/json")),
            7 => NoHttp(route),
            8 => Request("slow", route, route.Method, Path(route), body) with { Slow = true },
            9 => TooLong(route),
            _ => Request(body?.What ?? "as it should be", route, route.Method, Path(route), body),
        };
    }

    private FuzzRequest Request(string what, FuzzRoute route, string method, string path, FuzzBody? body, string? header = null)
    {
        var head = new StringBuilder($"{method} {path} HTTP/1.1\r\nHost: {host}\r\n");
        if (header is not null)
        {
            head.Append(header).Append("\r\n");
        }

        if (body is not null)
        {
            head.Append(CultureInfo.InvariantCulture, $"Content-Length: {body.Bytes.Length}\r\n");
            if (body.ContentType is not null)
            {
                head.Append(CultureInfo.InvariantCulture, $"Content-Type: {body.ContentType}\r\n");
            }
        }

        return new FuzzRequest(what, route, [.. Encoding.Latin1.GetBytes(head.Append("\r\n").ToString()), .. body?.Bytes ?? []]);
    }

    private FuzzRequest Chunked(FuzzRoute route, FuzzBody body)
    {
        var head =
            $"{route.Method} {Path(route)} HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n"
            + $"{(body.ContentType is null ? "" : $"Content-Type: {body.ContentType}\r\n")}\r\n";
        var bytes = new List<byte>(Encoding.Latin1.GetBytes(head));
        for (var at = 0; at < body.Bytes.Length;)
        {
            var size = Math.Min(body.Bytes.Length - at, random.Next(1, 200));
            bytes.AddRange(Encoding.Latin1.GetBytes($"{size:x}\r\n"));
            bytes.AddRange(body.Bytes.AsSpan(at, size));
            bytes.AddRange("\r\n"u8);
            at += size;
        }

        return random.Next(3) switch
        {
            0 => new FuzzRequest("a wrong chunk", route, [.. bytes, .. "zz\r\n\r\n"u8]) { IsWhole = false, IsHttp = false },
            _ => new FuzzRequest("in chunks", route, [.. bytes, .. "0\r\n\r\n"u8]),
        };
    }

    // The server waits for the rest until the client hangs up, or takes what is left for the next request.
    private FuzzRequest Unfinished(FuzzRoute route, FuzzBody body)
    {
        var said = random.Next(2) == 0 ? body.Bytes.Length + random.Next(1, 50) : random.Next(body.Bytes.Length + 1);
        var head =
            $"{route.Method} {Path(route)} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {said}\r\nContent-Type: application/json\r\n\r\n";
        return new FuzzRequest("a wrong content length", route, [.. Encoding.Latin1.GetBytes(head), .. body.Bytes]) { IsWhole = false };
    }

    private FuzzRequest TooLong(FuzzRoute route)
    {
        var length = One(Lengths);
        var head =
            $"{route.Method} {Path(route)} HTTP/1.1\r\nHost: {host}\r\n"
            + $"Content-Length: {length}\r\nContent-Type: application/json\r\n\r\n{{\"query\":";
        return new FuzzRequest("a body that would be too long", route, Encoding.Latin1.GetBytes(head)) { IsWhole = false };
    }

    private FuzzRequest NoHttp(FuzzRoute route)
    {
        var path = Path(route);
        var noise = new byte[40];
        random.NextBytes(noise);
        byte[] bytes = random.Next(15) switch
        {
            0 => noise,
            1 => Encoding.Latin1.GetBytes($"{route.Method} {path}\r\n\r\n"),
            2 => Encoding.Latin1.GetBytes($"{route.Method} {path} HTTP/1.1 HTTP/1.1\r\nHost: {host}\r\n\r\n"),
            3 => Encoding.Latin1.GetBytes($"{route.Method} {path} HTTP/1.1\r\n\r\n"),
            4 => Encoding.Latin1.GetBytes($"{route.Method} {path} HTTP/1.1\r\nHost: a b\r\nHost: c\r\n\r\n"),
            5 => Encoding.Latin1.GetBytes($"{route.Method} {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: -1\r\n\r\n"),
            6 => Encoding.Latin1.GetBytes(
                $"{route.Method} {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef"
            ),
            7 => Encoding.Latin1.GetBytes($"{route.Method} {path} HTTP/1.1\r\nHost: {host}\r\nno colon here\r\n\r\n"),
            8 => Encoding.Latin1.GetBytes($"{route.Method} {path} HTTP/1.1\r\nHost: {host}\r\nX: {new string('x', 40_000)}\r\n\r\n"),
            9 => Encoding.Latin1.GetBytes(
                $"{route.Method} {path} HTTP/1.1\r\nHost: {host}\r\n"
                    + $"{string.Concat(Enumerable.Range(0, 150).Select(i => $"X-{i}: a\r\n"))}\r\n"
            ),
            10 => Encoding.Latin1.GetBytes($"{route.Method} {path}?{new string('q', 12_000)} HTTP/1.1\r\nHost: {host}\r\n\r\n"),
            11 => Encoding.Latin1.GetBytes($"{route.Method} {path} HTTP/1.1\r\nHost: {host}\r\nX-A: \xff\xfe\x00\r\n\r\n"),
            13 => Encoding.Latin1.GetBytes(
                $"{route.Method} {path} HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc"
            ),
            12 => Encoding.Latin1.GetBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
            _ => Encoding.Latin1.GetBytes($"{route.Method} {path}%00 HTTP/1.1\r\nHost: {host}\r\n\r\n"),
        };
        return new FuzzRequest("no HTTP", route, bytes)
        {
            IsHttp = false,
            IsWhole = false,
            ReachesRoute = false,
        };
    }

    private string Path(FuzzRoute route) => System.Text.RegularExpressions.Regex.Replace(route.Path, @"\{[^}]*\}", _ => One(PathParts));

    private string Query() => random.Next(6) == 0 ? "?" + new string('a', random.Next(6_000)) : One(Queries);

    private string Header() =>
        random.Next(8) == 0
            ? string.Join("\r\n", Enumerable.Range(0, 60).Select(i => $"X-Odd-{i}: {new string('v', random.Next(50))}"))
            : One(OddHeaders);

    private string One(string[] choices) => choices[random.Next(choices.Length)];
}
