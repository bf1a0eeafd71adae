using EmbedPlatform.ServiceDefaults.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EmbedPlatform.ServiceDefaults.Tests;

/// <summary>A small service with the platform's defaults, on a free port.</summary>
internal sealed class SampleService : IAsyncDisposable
{
    private readonly WebApplication _app;

    private SampleService(WebApplication app)
    {
        _app = app;
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        Http.DefaultRequestHeaders.ExpectContinue = true;
    }

    public HttpClient Http { get; }

    public IServiceProvider Services => _app.Services;

    public static async Task<SampleService> StartAsync(
        Action<WebApplicationBuilder>? configure = null,
        Action<WebApplication>? map = null,
        string? keyScope = null,
        string[]? options = null
    )
    {
        var builder = WebApplication.CreateBuilder(options ?? []);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.AddServiceDefaults();
        builder.Services.MapProblems(problems =>
            problems.Map<TimeoutException>(_ => Problems.Busy(TimeSpan.FromSeconds(2.2), "Too much."))
        );
        configure?.Invoke(builder);
        var app = builder.Build();
        app.MapDefaultEndpoints(keyScope);
        app.MapPost("/orders", (Order order) => TypedResults.Ok(order));
        app.MapGet("/busy", IResult () => throw new TimeoutException());
        app.MapGet("/broken", IResult () => throw new InvalidOperationException("secret of the house"));
        map?.Invoke(app);
        await app.StartAsync();
        return new SampleService(app);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }

    public sealed record Order(string? CustomerName, IReadOnlyList<OrderLine>? Lines);

    public sealed record OrderLine(string? Text, int? Amount);
}
