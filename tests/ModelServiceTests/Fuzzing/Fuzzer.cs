using System.Collections.Concurrent;
using System.Text;

namespace EmbedPlatform.ModelServiceTests.Fuzzing;

/// <summary>
/// Sends seeded random requests to every route of a running service and looks at each answer: no 5xx, no broken connection, and every
/// refusal is JSON in the route's own error shape.
/// </summary>
/// <param name="http">The service.</param>
/// <param name="seed">The same seed makes the same requests from the same routes.</param>
public sealed class Fuzzer(HttpClient http, int seed)
{
    private const int Connections = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<int, int> _statuses = [];
    private readonly ConcurrentDictionary<(string Method, string Path, int Status), int> _answers = [];
    private readonly ConcurrentQueue<string> _findings = [];

    /// <summary>
    /// How many answers had each status; 0 is a connection that was closed without one, which only what is no HTTP or never ends may
    /// meet.
    /// </summary>
    public IReadOnlyDictionary<int, int> Statuses => _statuses;

    /// <summary>Which routes answered with which status at least once.</summary>
    public ICollection<(string Method, string Path, int Status)> Answers => _answers.Keys;

    /// <summary>What should not have happened, with the request.</summary>
    public IReadOnlyCollection<string> Findings => _findings;

    /// <summary>Sends the requests.</summary>
    /// <param name="routes">The routes.</param>
    /// <param name="count">How many requests.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task RunAsync(IReadOnlyList<FuzzRoute> routes, int count, CancellationToken cancellationToken)
    {
        var shapes = await ShapesAsync(routes, cancellationToken);
        await Task.WhenAll(
            Enumerable
                .Range(0, Connections)
                .Select(connection =>
                    Task.Run(
                        async () =>
                        {
                            using var raw = new RawConnection(http.BaseAddress!);
                            for (var i = connection; i < count; i += Connections)
                            {
                                var request = new RequestMutations(routes, http.BaseAddress!.Authority, new Random(HashCode(i))).Next();
                                await TryAsync(raw, request, shapes, i, cancellationToken);
                            }
                        },
                        cancellationToken
                    )
                )
        );
    }

    // Not System.HashCode, which differs from run to run.
    private int HashCode(int i) => unchecked((seed * 1_000_003) ^ (i * 7_919));

    private async Task TryAsync(
        RawConnection raw,
        FuzzRequest request,
        Dictionary<FuzzRoute, IReadOnlySet<string>> shapes,
        int number,
        CancellationToken cancellationToken
    )
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        string? wrong;
        try
        {
            var answer = await raw.AskAsync(request, patience.Token);
            _statuses.AddOrUpdate(answer?.Status ?? 0, 1, (_, before) => before + 1);
            if (answer is not null && request.ReachesRoute)
            {
                _answers[(request.Route.Method, request.Route.Path, answer.Status)] = 1;
            }

            wrong = Judge(request, answer, shapes[request.Route]);
        }
        catch (InvalidDataException) when (!request.IsWhole)
        {
            // The server hung up on the rest of the request, and the reset overtook its answer.
            _statuses.AddOrUpdate(0, 1, (_, before) => before + 1);
            wrong = null;
        }
        catch (Exception broken)
            when (broken is InvalidDataException or FormatException or IndexOutOfRangeException
                || (broken is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            )
        {
            wrong = broken.Message;
        }

        if (wrong is not null)
        {
            _findings.Enqueue($"request {number}: {wrong}\n{request}\n");
        }
    }

    private static string? Judge(FuzzRequest request, RawAnswer? answer, IReadOnlySet<string> shape)
    {
        if (answer is null)
        {
            return request.IsHttp && request.IsWhole ? "no answer" : null;
        }

        // 505 is the word for another version of HTTP (RFC 9110, section 15.6.6), and no failure of the service.
        if (answer.Status >= 500 && (request.IsHttp || answer.Status != 505))
        {
            return $"{answer.Status} {Encoding.UTF8.GetString(answer.Body)}";
        }

        // What is not HTTP never came to a route, and the server refuses it without a body.
        if (answer.Status < 400 || (!request.IsHttp && answer.Body.Length == 0))
        {
            return null;
        }

        var said = ErrorKind.Of(answer.Body);
        var expected = request.ReachesRoute && answer.Status is not (404 or 405) ? shape : said;
        return said.Count > 0 && expected.IsSubsetOf(said)
            ? null
            : $"{answer.Status} is not told in the shape of the route ({string.Join(", ", shape)}): {Encoding.UTF8.GetString(answer.Body)}";
    }

    // The shape of a route is that of its answer to a body that is no JSON at all. A stream of lines tells of a broken line inside its
    // answer, and of what is refused as a whole in the shape of its path.
    private async Task<Dictionary<FuzzRoute, IReadOnlySet<string>>> ShapesAsync(
        IReadOnlyList<FuzzRoute> routes,
        CancellationToken cancellationToken
    )
    {
        var shapes = new Dictionary<FuzzRoute, IReadOnlySet<string>>();
        using var raw = new RawConnection(http.BaseAddress!);
        foreach (var route in routes)
        {
            shapes[route] = new HashSet<string>();
            if (route.ContentType is null)
            {
                continue;
            }

            var head =
                $"{route.Method} {route.Path} HTTP/1.1\r\nHost: {http.BaseAddress!.Authority}\r\n"
                + "Content-Type: application/json\r\nContent-Length: 1\r\n\r\n{";
            var answer = await raw.AskAsync(new FuzzRequest("no JSON", route, Encoding.Latin1.GetBytes(head)), cancellationToken);
            shapes[route] = ErrorKind.Of(answer?.Body ?? []);
            if (answer?.Status is not (>= 400 and < 500) || shapes[route].Count == 0)
            {
                _findings.Enqueue(
                    $"{route.Method} {route.Path}: an opened brace is answered with "
                        + $"{answer?.Status} {Encoding.UTF8.GetString(answer?.Body ?? [])}"
                );
            }
        }

        return shapes;
    }
}
