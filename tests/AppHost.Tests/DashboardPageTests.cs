using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using EmbedPlatform.TestKit;
using PuppeteerSharp;
using Xunit;

namespace EmbedPlatform.AppHost.Tests;

/// <summary>
/// The dashboard in a browser. With UPDATE_PICTURES=1 the pages are kept as the pictures of README.md and docs/telemetry.md.
/// </summary>
public sealed class DashboardPageTests(PlatformWithDashboard platform) : IClassFixture<PlatformWithDashboard>
{
    private static readonly string[] Resources = ["embed", "rerank", "search", "postgres", "redis", "vectors", "cache"];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_page_of_resources_shows_each_of_them_with_links_that_open()
    {
        await using var browser = await Browser.StartAsync();
        var page = await OpenAsync(browser);

        foreach (var resource in Resources)
        {
            await page.WaitForFunctionAsync(
                "name => [...document.querySelectorAll('tr.resource-row')]"
                    + ".some(row => row.querySelector('.resource-name-text')?.innerText.trim() === name "
                    + "&& row.querySelector('[title=Running]'))",
                resource
            );
        }

        var links = await page.EvaluateExpressionAsync<string[]>(
            "[...document.querySelectorAll('.url-container a')].map(link => link.href)"
        );
        Assert.Equal(6, links.Length);
        foreach (var link in links.Where(link => link.EndsWith("/openapi/v1.json", StringComparison.Ordinal)))
        {
            using var answer = await platform.Stranger.GetAsync(new Uri(link), Cancelled);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        await KeepAsync(page, "dashboard-resources.png");
    }

    [Fact]
    public async Task A_command_that_is_clicked_is_done()
    {
        await using var browser = await Browser.StartAsync();
        var page = await OpenAsync(browser);

        await ClickAsync(
            page,
            "[...document.querySelectorAll('tr.resource-row')]"
                + ".find(row => row.querySelector('.resource-name-text')?.innerText.trim() === 'search')"
                + "?.querySelector('[title=Actions]')"
        );
        await ClickAsync(
            page,
            "[...document.querySelectorAll('fluent-menu-item')].find(item => item.innerText.trim().startsWith('Index demo data'))"
        );

        await Eventually.TrueAsync(async () => await DemoDocumentsAsync(Cancelled) > 0, "the demo has documents");
    }

    [Fact]
    public async Task A_search_is_shown_as_one_trace_through_the_services()
    {
        var trace = ActivityTraceId.CreateRandom().ToHexString();
        using (var made = await platform.Search.PutAsJsonAsync("api/v1/collections/pictured", new { }, Cancelled))
        {
            made.EnsureSuccessStatusCode();
        }

        string[] texts = ["The moon pulls the tides of the sea.", "Bread rises because of yeast.", "A sailor reads the stars."];
        using (
            var sent = await platform.Search.PostAsJsonAsync(
                "api/v1/collections/pictured/documents?wait=true",
                new { documents = texts.Select((text, i) => new { id = $"{i}", text }) },
                Cancelled
            )
        )
        {
            sent.EnsureSuccessStatusCode();
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, "api/v1/collections/pictured/search")
        {
            Content = JsonContent.Create(new { query = "what moves the water of the oceans", rerank = "always" }),
        };
        request.Headers.Add("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom().ToHexString()}-01");
        using (var answer = await platform.Search.SendAsync(request, Cancelled))
        {
            answer.EnsureSuccessStatusCode();
        }

        await platform.TraceAsync(
            trace,
            spans =>
                spans.Any(span => span is { Service: "embed", Name: "MGET" })
                && spans.Any(span => span.Name.EndsWith("/search", StringComparison.Ordinal)),
            Cancelled
        );
        await using var browser = await Browser.StartAsync();
        var page = await OpenAsync(browser);

        await page.GoToAsync(new Uri(platform.Login, $"/traces/detail/{trace}").AbsoluteUri);

        await page.WaitForFunctionAsync(
            "() => document.body.innerText.includes('search.lexical') && document.body.innerText.includes('embeddings ')"
        );
        await KeepAsync(page, "dashboard-trace.png");
    }

    private static async Task ClickAsync(IPage page, string find)
    {
        var element = await page.WaitForFunctionAsync($"() => {find}");
        await ((IElementHandle)element).ClickAsync();
    }

    private static async Task KeepAsync(IPage page, string name)
    {
        // The page draws its rows a moment after their text is there.
        await Task.Delay(TimeSpan.FromSeconds(1), Cancelled);
        var picture = await page.ScreenshotDataAsync();
        Assert.InRange(picture.Length, 10_000, 2_000_000);
        if (Environment.GetEnvironmentVariable("UPDATE_PICTURES") == "1")
        {
            await File.WriteAllBytesAsync(Repository.PathOf("docs", "images", name), picture, Cancelled);
        }
    }

    private async Task<IPage> OpenAsync(IBrowser browser)
    {
        var page = await browser.NewPageAsync();
        page.DefaultTimeout = (int)RunningPlatform.Patience.TotalMilliseconds;
        await page.GoToAsync(platform.Login.AbsoluteUri);
        await page.WaitForSelectorAsync("tr.resource-row");
        return page;
    }

    private async Task<int> DemoDocumentsAsync(CancellationToken cancellationToken)
    {
        using var answer = await platform.Search.GetAsync(new Uri("api/v1/collections/demo", UriKind.Relative), cancellationToken);
        return answer.IsSuccessStatusCode ? (int)(await answer.Content.ReadFromJsonAsync<JsonNode>(cancellationToken))!["documents"]! : 0;
    }
}
