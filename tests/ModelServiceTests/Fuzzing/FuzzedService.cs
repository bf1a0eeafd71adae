using System.Net;
using Xunit;

namespace EmbedPlatform.ModelServiceTests.Fuzzing;

/// <summary>What a service has to stand, compiled into the tests of each.</summary>
/// <param name="http">The running service.</param>
public abstract class FuzzedService(HttpClient http)
{
    /// <summary>Requests to one service: 20,000 to the two model services.</summary>
    private const int Requests = 10_000;

    private const int Seed = 20_251;

    [Fact]
    public async Task Ten_thousand_random_requests_meet_no_5xx_no_silence_and_no_refusal_in_a_foreign_shape()
    {
        var token = TestContext.Current.CancellationToken;
        var routes = await FuzzRoute.ReadAsync(http, token);
        var fuzzer = new Fuzzer(http, Seed);

        await fuzzer.RunAsync(routes, Requests, token);

        TestContext.Current.TestOutputHelper?.WriteLine(
            string.Join(", ", fuzzer.Statuses.OrderBy(status => status.Key).Select(status => $"{status.Key}: {status.Value}"))
        );
        Assert.True(fuzzer.Findings.Count == 0, $"{fuzzer.Findings.Count} findings\n\n{string.Join('\n', fuzzer.Findings.Take(10))}");
        Assert.Equal(Requests, fuzzer.Statuses.Values.Sum());

        // A fuzzer that only ever meets the first check of a route says little: each served it (424: the model lacks what the route gives).
        // What a path names a random word does not.
        Assert.Empty(
            routes
                .Where(route => !route.Path.Contains('{'))
                .Select(route => (route.Method, route.Path))
                .Except(fuzzer.Answers.Where(answer => answer.Status is 200 or 424).Select(answer => (answer.Method, answer.Path)))
        );
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("health", token)).StatusCode);
    }
}
