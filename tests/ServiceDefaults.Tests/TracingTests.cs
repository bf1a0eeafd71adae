using System.Collections.Concurrent;
using System.Diagnostics;
using EmbedPlatform.ServiceDefaults.Telemetry;
using EmbedPlatform.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Trace;
using Xunit;

namespace EmbedPlatform.ServiceDefaults.Tests;

public sealed class TracingTests
{
    private static readonly ActivitySource Asking = new("EmbedPlatform.Tests.Probes");

    [Theory]
    [InlineData("/things/7", "GET /things/{id}", "200", ActivityStatusCode.Unset)]
    [InlineData("/broken", "GET /broken", "500", ActivityStatusCode.Error)]
    [InlineData("/no-such-route", "GET", "404", ActivityStatusCode.Unset)]
    public async Task A_request_is_a_span_named_after_its_route_with_the_status_that_was_answered(
        string path,
        string name,
        string status,
        ActivityStatusCode outcome
    )
    {
        var kept = new Kept();
        await using var service = await StartAsync(kept);

        using var answer = await service.Http.GetAsync(path, TestContext.Current.CancellationToken);

        var span = await kept.TheAsync(one => one.Kind == ActivityKind.Server && (string?)one.GetTagItem("url.path") == path);
        Assert.Equal(name, span.DisplayName);
        Assert.Equal(status, span.GetTagItem("http.response.status_code")?.ToString());
        Assert.Equal(outcome, span.Status);
    }

    [Fact]
    public async Task Probes_and_scrapes_leave_no_spans_nor_do_their_children()
    {
        var kept = new Kept();
        await using var service = await StartAsync(kept);

        foreach (var path in (string[])["/health", "/alive", "/metrics", "/things/8"])
        {
            using var answer = await service.Http.GetAsync(path, TestContext.Current.CancellationToken);
        }

        await kept.TheAsync(one => (string?)one.GetTagItem("url.path") == "/things/8");
        Assert.DoesNotContain(kept.Spans, one => one.GetTagItem("url.path") is "/health" or "/alive" or "/metrics");
        Assert.DoesNotContain(kept.Spans, one => one.Source.Name == Asking.Name);
    }

    [Theory]
    [InlineData("Microsoft.AspNetCore.Hosting.Diagnostics", false)]
    [InlineData("System.Net.Http.HttpClient.embed.LogicalHandler", false)]
    [InlineData("Npgsql.Command", false)]
    [InlineData("EmbedPlatform.SearchApi.Storage", true)]
    [InlineData("Microsoft.Hosting.Lifetime", true)]
    public async Task Events_covered_by_spans_are_logged_only_as_warnings(string category, bool informs)
    {
        await using var service = await SampleService.StartAsync(builder => builder.Logging.AddProvider(new LogLines()));
        await using var talkative = await SampleService.StartAsync(builder =>
        {
            builder.Logging.AddProvider(new LogLines());
            builder.Configuration.AddInMemoryCollection(
                new Dictionary<string, string?>
                {
                    [
                        "Logging:LogLevel:"
                            + $"{(category.StartsWith("System", StringComparison.Ordinal) ? "System.Net.Http.HttpClient" : category)}"
                    ] = "Information",
                }
            );
        });

        Assert.Equal(informs, Logger(service).IsEnabled(LogLevel.Information));
        Assert.True(Logger(service).IsEnabled(LogLevel.Warning));
        Assert.True(Logger(talkative).IsEnabled(LogLevel.Information));

        ILogger Logger(SampleService of) => of.Services.GetRequiredService<ILoggerFactory>().CreateLogger(category);
    }

    [Fact]
    public async Task An_unreachable_Redis_is_not_an_error_of_the_service()
    {
        await using var service = await SampleService.StartAsync(builder => builder.Logging.AddProvider(new LogLines()));

        Assert.False(
            service
                .Services.GetRequiredService<ILoggerFactory>()
                .CreateLogger("StackExchange.Redis.ConnectionMultiplexer")
                .IsEnabled(LogLevel.Error)
        );
    }

    [Fact]
    public async Task A_call_of_a_model_records_the_type_of_its_exception_but_not_the_message()
    {
        Activity? seen = null;
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "EmbedPlatform.Models",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span => seen = span.DisplayName == "embeddings tested" ? span : seen,
        };
        ActivitySource.AddActivityListener(listener);

        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            ModelCall.MeasureAsync<int>(
                ModelCall.Embeddings,
                "tested",
                () => throw new InvalidOperationException("the user's words"),
                (_, _) => { }
            )
        );

        Assert.NotNull(seen);
        Assert.Equal(ActivityStatusCode.Error, seen.Status);
        Assert.Null(seen.StatusDescription);
        Assert.Equal("InvalidOperationException", seen.GetTagItem("error.type"));
        Assert.DoesNotContain(seen.TagObjects, tag => tag.Value?.ToString()?.Contains("words", StringComparison.Ordinal) == true);
    }

    private static Task<SampleService> StartAsync(Kept kept) =>
        SampleService.StartAsync(
            builder =>
            {
                builder.Services.AddOpenTelemetry().WithTracing(tracing => tracing.AddProcessor(kept));
                builder
                    .Services.AddHealthChecks()
                    .AddAsyncCheck(
                        "asks a database",
                        () =>
                        {
                            using var span = Asking.StartActivity("PING", ActivityKind.Client);
                            return Task.FromResult(Microsoft.Extensions.Diagnostics.HealthChecks.HealthCheckResult.Healthy());
                        }
                    );
            },
            app => app.MapGet("/things/{id}", (int id) => TypedResults.Ok(id))
        );

    /// <summary>What an exporter would get.</summary>
    private sealed class Kept : BaseProcessor<Activity>
    {
        public ConcurrentQueue<Activity> Spans { get; } = [];

        public override void OnEnd(Activity data)
        {
            if (data.Recorded)
            {
                Spans.Enqueue(data);
            }
        }

        // A span ends a moment after its answer came.
        public async Task<Activity> TheAsync(Func<Activity, bool> wanted)
        {
            await Eventually.TrueAsync(() => Spans.Any(wanted), "the span ends");
            return Spans.Single(wanted);
        }
    }
}
