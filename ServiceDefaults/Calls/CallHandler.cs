using System.Globalization;
using System.Net.Http.Json;
using EmbedPlatform.ServiceDefaults.Limits;
using Microsoft.Extensions.Logging;

namespace EmbedPlatform.ServiceDefaults.Calls;

/// <summary>
/// Calls a service by its name: chooses a replica, goes to another one where the first is dead or busy, and repeats an attempt only where that
/// can do no harm: after a connection failure, and after 429 or 503 with <c>Retry-After</c>. All of it within one limit of time.
/// </summary>
internal sealed partial class CallHandler(
    ServiceAddresses addresses, ReplicaSets sets, CallMetrics metrics, TimeProvider clock, ILogger<CallHandler> logger) : DelegatingHandler
{
    /// <summary>Set to true on a request that may be worked on twice although its method does not say so, such as a text to embed.</summary>
    public static readonly HttpRequestOptionsKey<bool> Repeatable = new("EmbedPlatform.Repeatable");

    private static readonly string[] TraceHeaders = ["traceparent", "tracestate"];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var uri = request.RequestUri ?? throw new InvalidOperationException("A call needs an address.");
        var set = sets.Of(uri);
        var end = clock.GetUtcNow() + TimeSpan.FromSeconds(set.Options.TotalSeconds);
        if (CallDeadline.Current is { } deadline && deadline < end)
        {
            end = deadline;
        }

        set.Begin(await addresses.FindAsync(uri, set.Options.ResolveHosts, cancellationToken).ConfigureAwait(false));
        var ownTrace = TraceHeaders.Any(request.Headers.Contains);
        var ownDeadline = request.Headers.Contains(RequestDeadline.Header);
        var tried = new List<Replica>();
        var attempt = set.Take(tried, lastResort: true, repeat: false) ?? throw Broken(uri, set);
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
            var next = outcome.MayRepeat && number < set.Options.MaxAttempts && CanBeSentAgain(request.Content) && set.MayRepeat()
                ? set.Take(tried, lastResort: false, repeat: true) ?? await AfterWaitAsync(set, tried, outcome, number, end, cancellationToken).ConfigureAwait(false)
                : null;
            if (next is null)
            {
                return outcome.Response ?? throw Rethrown(outcome.Failure!);
            }

            metrics.Repeated(set.Service, outcome.Result);
            LogRepeated(outcome.Result == AttemptResult.Unanswered ? LogLevel.Information : LogLevel.Debug, uri.Host, attempt.Replica.Address, outcome.Result, next.Replica.Address);
            outcome.Response?.Dispose();
            attempt = next;
            if (!ownTrace)
            {
                // Each attempt is a span of its own; what the last one wrote would stay.
                Array.ForEach(TraceHeaders, header => request.Headers.Remove(header));
            }
        }
    }

    private async Task<CallOutcome> TryAsync(
        HttpRequestMessage request, ReplicaSet set, Attempt attempt, DateTimeOffset end, bool ownDeadline, CancellationToken cancellationToken)
    {
        var result = AttemptResult.Abandoned;
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
            // Not repeated: a second attempt beside a slow first one would only add to the load. The deadline of a request says nothing of the replica.
            result = longest < TimeSpan.FromSeconds(set.Options.AttemptSeconds) ? AttemptResult.Abandoned : AttemptResult.Unanswered;
            var tooLate = new TimeoutException($"{request.RequestUri?.Authority} did not answer within {Math.Max(0, longest.TotalSeconds):F1} s.");
            return new CallOutcome(result, null, new TaskCanceledException(tooLate.Message, tooLate), MayRepeat: false);
        }
        finally
        {
            set.Return(attempt, result, retryAfter);
            if (result is not (AttemptResult.Answered or AttemptResult.Abandoned))
            {
                metrics.Failed(set.Service, result);
            }
        }
    }

    private async Task<CallOutcome> SendOnceAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var repeatable = request.Options.TryGetValue(Repeatable, out var said) ? said : IsSafe(request.Method);
        HttpResponseMessage? response = null;
        try
        {
            response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            if (said)
            {
                // A replica that dies in the middle of its answer has not answered.
                await response.Content.LoadIntoBufferAsync(cancellationToken).ConfigureAwait(false);
            }

            return CallOutcome.Of(response, clock.GetUtcNow());
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            response?.Dispose();
            return CallOutcome.Of(failure, repeatable);
        }
        catch
        {
            response?.Dispose();
            throw;
        }
    }

    // Nobody else is free: whoever is back soonest, when it said or after a moment; null where that is too late or too much.
    private async Task<Attempt?> AfterWaitAsync(
        ReplicaSet set, List<Replica> tried, CallOutcome outcome, int number, DateTimeOffset end, CancellationToken cancellationToken)
    {
        var wait = (outcome.RetryAfter ?? TimeSpan.FromMilliseconds(set.Options.BackoffMilliseconds * Math.Pow(2, number - 1))) * (1 + (0.25 * Random.Shared.NextDouble()));
        if (wait > TimeSpan.FromSeconds(set.Options.LongestWaitSeconds) || clock.GetUtcNow() + wait >= end)
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
        return set.Take(tried, lastResort: true, repeat: true);
    }

    private static HttpRequestException Broken(Uri uri, ReplicaSet set) => new(
        HttpRequestError.ConnectionError,
        $"{uri.Host} did not answer the last attempts; it is tried again in {set.BrokenFor()?.TotalSeconds ?? 0:F1} s");

    private static bool IsSafe(HttpMethod method) => method == HttpMethod.Get || method == HttpMethod.Head || method == HttpMethod.Options;

    private static bool CanBeSentAgain(HttpContent? content) => content is null or ByteArrayContent or ReadOnlyMemoryContent or JsonContent;

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static Exception Rethrown(Exception failure)
    {
        System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        return failure;
    }

    [LoggerMessage("{Service}: {Replica} was {Result}, the call goes to {Next}")]
    private partial void LogRepeated(LogLevel level, string service, Uri replica, AttemptResult result, Uri next);
}
