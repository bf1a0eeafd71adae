using System.Globalization;
using System.Net.Http.Json;
using EmbedPlatform.ServiceDefaults.Http;
using Microsoft.Extensions.Logging;

namespace EmbedPlatform.ServiceDefaults.LoadBalancing;

/// <summary>
/// Calls a service by its name: chooses a replica, fails over to another one if it is down or busy, and retries only where that is safe:
/// after a failed connect, and after 429 or 503 with <c>Retry-After</c>. <see cref="CallOptions.TotalSeconds"/> limits the whole call.
/// </summary>
internal sealed partial class CallHandler(
    ServiceAddresses addresses,
    ReplicaSets sets,
    CallMetrics metrics,
    TimeProvider clock,
    ILogger<CallHandler> logger
) : DelegatingHandler
{
    /// <summary>Marks a request that is idempotent although its method is not, such as a text to embed.</summary>
    public static readonly HttpRequestOptionsKey<bool> Repeatable = new("EmbedPlatform.Repeatable");

    private static readonly string[] TraceHeaders = ["traceparent", "tracestate"];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var uri = request.RequestUri ?? throw new InvalidOperationException("A call needs a URI.");
        var set = sets.For(uri);
        var end = clock.GetUtcNow() + TimeSpan.FromSeconds(set.Options.TotalSeconds);
        if (CallDeadline.Current is { } deadline && deadline < end)
        {
            end = deadline;
        }

        set.BeginCall(await addresses.FindAsync(uri, set.Options.ResolveHosts, cancellationToken).ConfigureAwait(false));
        var ownTrace = TraceHeaders.Any(request.Headers.Contains);
        var ownDeadline = request.Headers.Contains(RequestDeadline.Header);
        var tried = new List<Replica>();
        var attempt = set.TryBegin(tried, lastResort: true, retry: false) ?? throw CircuitOpen(uri, set);
        for (var number = 1; ; number++)
        {
            request.RequestUri = ServiceAddresses.At(attempt.Replica.Address, uri);
            CallOutcome outcome;
            try
            {
                outcome = await TryAsync(request, set, attempt, end, ownDeadline, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                request.RequestUri = uri;
            }

            tried.Add(attempt.Replica);
            var next =
                outcome.CanRetry && number < set.Options.MaxAttempts && CanBeSentAgain(request.Content) && set.HasRetryBudget()
                    ? set.TryBegin(tried, lastResort: false, retry: true)
                        ?? await BackOffAsync(set, tried, outcome, number, end, cancellationToken).ConfigureAwait(false)
                    : null;
            if (next is null)
            {
                return outcome.Response ?? throw Rethrown(outcome.Failure!);
            }

            metrics.Retried(set.Service, outcome.Result);
            var level = outcome.Result == AttemptResult.Unanswered ? LogLevel.Information : LogLevel.Debug;
            LogRetry(level, uri.Host, attempt.Replica.Address, outcome.Result, next.Replica.Address);
            outcome.Response?.Dispose();
            attempt = next;
            if (!ownTrace)
            {
                // Each attempt is a span of its own; drop the headers of the previous one.
                Array.ForEach(TraceHeaders, header => request.Headers.Remove(header));
            }
        }
    }

    private async Task<CallOutcome> TryAsync(
        HttpRequestMessage request,
        ReplicaSet set,
        Attempt attempt,
        DateTimeOffset end,
        bool ownDeadline,
        CancellationToken cancellationToken
    )
    {
        var result = AttemptResult.CallerCancelled;
        TimeSpan? retryAfter = null;
        var longest = Least(TimeSpan.FromSeconds(set.Options.AttemptSeconds), end - clock.GetUtcNow());
        using var late = new CancellationTokenSource(longest > TimeSpan.Zero ? longest : TimeSpan.Zero, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            if (CallDeadline.Current is not null && !ownDeadline)
            {
                var left = Math.Clamp(Math.Floor(longest.TotalMilliseconds), 1, 86_400_000);
                request.Headers.Remove(RequestDeadline.Header);
                request.Headers.TryAddWithoutValidation(RequestDeadline.Header, left.ToString(CultureInfo.InvariantCulture));
            }

            var outcome = await SendOnceAsync(request, either.Token).ConfigureAwait(false);
            (result, retryAfter) = (outcome.Result, outcome.RetryAfter);
            return outcome;
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // No retry: a second attempt beside a slow first one would only add load. A request's own deadline does not blame the replica.
            result = longest < TimeSpan.FromSeconds(set.Options.AttemptSeconds) ? AttemptResult.CallerCancelled : AttemptResult.Unanswered;
            var tooLate = new TimeoutException(
                $"{request.RequestUri?.Authority} did not answer within {Math.Max(0, longest.TotalSeconds):F1} s."
            );
            return new CallOutcome(result, null, new TaskCanceledException(tooLate.Message, tooLate), CanRetry: false);
        }
        finally
        {
            set.End(attempt, result, retryAfter);
            if (result is not (AttemptResult.Answered or AttemptResult.CallerCancelled))
            {
                metrics.Failed(set.Service, result);
            }
        }
    }

    private async Task<CallOutcome> SendOnceAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var repeatable = request.Options.TryGetValue(Repeatable, out var marked) ? marked : IsSafe(request.Method);
        HttpResponseMessage? response = null;
        try
        {
            response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            if (marked)
            {
                // Buffer the answer: one that breaks off in the middle is a failure to retry.
                await response.Content.LoadIntoBufferAsync(cancellationToken).ConfigureAwait(false);
            }

            return CallOutcome.From(response, clock.GetUtcNow());
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            response?.Dispose();
            return CallOutcome.From(failure, repeatable);
        }
        catch
        {
            response?.Dispose();
            throw;
        }
    }

    // No other replica is available: wait as long as Retry-After says, or back off; null if that takes too long or exceeds the budget.
    private async Task<Attempt?> BackOffAsync(
        ReplicaSet set,
        List<Replica> tried,
        CallOutcome outcome,
        int number,
        DateTimeOffset end,
        CancellationToken cancellationToken
    )
    {
        var backoff = TimeSpan.FromMilliseconds(set.Options.BackoffMilliseconds * Math.Pow(2, number - 1));
        var wait = (outcome.RetryAfter ?? backoff) * (1 + (0.25 * Random.Shared.NextDouble()));
        if (wait > TimeSpan.FromSeconds(set.Options.MaxRetryAfterSeconds) || clock.GetUtcNow() + wait >= end)
        {
            return null;
        }

        try
        {
            await Task.Delay(wait, clock, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            outcome.Response?.Dispose();
            throw;
        }

        tried.Clear();
        return set.TryBegin(tried, lastResort: true, retry: true);
    }

    private static HttpRequestException CircuitOpen(Uri uri, ReplicaSet set) =>
        new(
            HttpRequestError.ConnectionError,
            $"{uri.Host} did not answer the last attempts. The next attempt is allowed in {set.CircuitOpenFor()?.TotalSeconds ?? 0:F1} s."
        );

    private static bool IsSafe(HttpMethod method) => method == HttpMethod.Get || method == HttpMethod.Head || method == HttpMethod.Options;

    private static bool CanBeSentAgain(HttpContent? content) => content is null or ByteArrayContent or ReadOnlyMemoryContent or JsonContent;

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static Exception Rethrown(Exception failure)
    {
        System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        return failure;
    }

    [LoggerMessage("{Service}: {Replica} was {Result}, retrying at {Next}")]
    private partial void LogRetry(LogLevel level, string service, Uri replica, AttemptResult result, Uri next);
}
