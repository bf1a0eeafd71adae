using System.Diagnostics.Metrics;
using System.Net;
using EmbedPlatform.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace EmbedPlatform.ServiceDefaults.Tests.Prometheus;

// Two services of one process share its meters, and each would export the other's series beside its own.
[CollectionDefinition(nameof(MetricsTests), DisableParallelization = true)]
[Collection(nameof(MetricsTests))]
public sealed class MetricsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Requests_and_the_runtime_are_measured()
    {
        await using var service = await SampleService.StartAsync(map: app => app.MapGet("/measured", () => TypedResults.StatusCode(418)));
        using (await service.Http.GetAsync("/measured", Cancellation)) { }

        var families = await ScrapeUntilAsync(
            service,
            "http_server_request_duration_seconds",
            sample => sample.Labels.GetValueOrDefault("http_route") == "/measured"
        );

        var request = Assert.Single(
            families["http_server_request_duration_seconds"].Samples,
            sample =>
                sample.Name.EndsWith("_count", StringComparison.Ordinal) && sample.Labels.GetValueOrDefault("http_route") == "/measured"
        );
        Assert.Equal("418", request.Labels["http_response_status_code"]);
        Assert.Equal(1, request.Value);
        Assert.Equal("counter", families["dotnet_gc_collections_total"].Type);
        Assert.True(families["dotnet_process_memory_working_set_bytes"].Samples.Single().Value > 0);
    }

    [Fact]
    public async Task Meters_of_the_platform_appear_with_units_totals_and_escaped_labels()
    {
        await using var service = await SampleService.StartAsync();
        using var meter = new Meter("EmbedPlatform.Tests");
        using var twin = new Meter("EmbedPlatform.Tests");
        var label = KeyValuePair.Create("the.model", (object?)"a\"b\\c\nd");
        meter.CreateCounter<long>("embedplatform.tests.tokens", "{token}", "Tokens\nof two lines \\ and a slash.").Add(3, label);
        twin.CreateCounter<long>("embedplatform.tests.tokens", "{token}", "Tokens\nof two lines \\ and a slash.").Add(4, label);
        meter.CreateHistogram<double>("embedplatform.tests.wait", "s").Record(0.003);
        meter.CreateUpDownCounter<long>("embedplatform.tests.open", "{request}").Add(-2);
        meter.CreateObservableGauge("embedplatform.tests.fill", () => 0.25, "1");

        var families = await ScrapeUntilAsync(service, "embedplatform_tests_tokens_total");

        var tokens = Assert.Single(families["embedplatform_tests_tokens_total"].Samples);
        Assert.Equal((7, "a\"b\\c\nd"), (tokens.Value, tokens.Labels["the_model"]));
        Assert.Equal(@"Tokens\nof two lines \\ and a slash.", families["embedplatform_tests_tokens_total"].Help);
        Assert.Equal(-2, families["embedplatform_tests_open"].Samples.Single().Value);
        Assert.Equal(0.25, families["embedplatform_tests_fill"].Samples.Single().Value);
        var wait = families["embedplatform_tests_wait_seconds"].Samples;
        Assert.Equal(0, Assert.Single(wait, sample => sample.Labels.GetValueOrDefault("le") == "0.002").Value);
        Assert.Equal(1, Assert.Single(wait, sample => sample.Labels.GetValueOrDefault("le") == "0.005").Value);
        Assert.Equal(0.003, Assert.Single(wait, sample => sample.Name.EndsWith("_sum", StringComparison.Ordinal)).Value);
    }

    [Theory]
    [InlineData("embedplatform.names.duration", "s", "histogram", "embedplatform_names_duration_seconds")]
    [InlineData("embedplatform.names.bytes", "By", "counter", "embedplatform_names_bytes_total")]
    [InlineData("embedplatform.names.read", "By", "counter", "embedplatform_names_read_bytes_total")]
    [InlineData("embedplatform.names.local", "By", "gauge", "embedplatform_names_local_bytes")]
    [InlineData("embedplatform.names.speed", "{token}/s", "gauge", "embedplatform_names_speed_per_second")]
    [InlineData("embedplatform.names.fill", "1", "histogram", "embedplatform_names_fill")]
    [InlineData("embedplatform.names.tokens", "{token}", "counter", "embedplatform_names_tokens_total")]
    [InlineData("embedplatform.names.queued_tokens", "{token}", "gauge", "embedplatform_names_queued_tokens")]
    public async Task NamesAreThoseOfTheSpecification(string name, string unit, string type, string expected)
    {
        await using var service = await SampleService.StartAsync();
        using var meter = new Meter("EmbedPlatform.Tests.Names");
        switch (type)
        {
            case "histogram":
                meter.CreateHistogram<double>(name, unit).Record(1);
                break;
            case "counter":
                meter.CreateCounter<long>(name, unit).Add(1);
                break;
            default:
                meter.CreateObservableGauge(name, () => 1L, unit);
                break;
        }

        var family = (await ScrapeUntilAsync(service, expected))[expected];

        Assert.Equal(type, family.Type);
        Assert.DoesNotContain(family.Samples.SelectMany(sample => sample.Labels.Keys), label => label != "le");
    }

    [Fact]
    public async Task Metrics_need_a_key_if_routes_do()
    {
        await using var service = await SampleService.StartAsync(builder =>
            builder.Configuration.AddInMemoryCollection([
                new("ApiKeys:Keys:0:Name", "a"),
                new("ApiKeys:Keys:0:Hash", new string('a', 64)),
                new("ApiKeys:Keys:0:Scopes", "metrics"),
            ])
        );

        using var response = await service.Http.GetAsync("/metrics", Cancellation);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    // A request is counted after its answer has gone out.
    private static Task<IReadOnlyDictionary<string, ExpositionText.Family>> ScrapeUntilAsync(
        SampleService service,
        string name,
        Func<ExpositionText.Sample, bool>? has = null
    ) =>
        Eventually.BecomesAsync(
            async () =>
            {
                using var response = await service.Http.GetAsync("/metrics", Cancellation);
                Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType?.ToString());
                return ExpositionText.Parse(await response.Content.ReadAsStringAsync(Cancellation));
            },
            families => families.TryGetValue(name, out var family) && (has is null || family.Samples.Any(has)),
            $"{name} is measured"
        );
}
