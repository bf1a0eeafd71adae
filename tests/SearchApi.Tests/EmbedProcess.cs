using System.Collections.Concurrent;
using System.Text.Json;
using EmbedPlatform.Inference;
using EmbedPlatform.Inference.Installation;
using EmbedPlatform.Inference.Models;
using EmbedPlatform.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xunit;

namespace EmbedPlatform.SearchApi.Tests;

/// <summary>An EmbedService process with use-lite that a test can kill, behind a stable address that records the embedded texts.</summary>
public sealed class EmbedProcess : IAsyncDisposable
{
    private const string Model = "use-lite";

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly WebApplication _door;
    private ServiceProcess _service = null!;

    private EmbedProcess()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _door = builder.Build();
        Address = $"http://127.0.0.1:{FreePort.Next()}";
        _door.Urls.Add(Address);
        _door.MapFallback(ForwardAsync);
    }

    public string Address { get; }

    /// <summary>How long a request is on its way, so that a disaster finds some there.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>The texts that the service embedded, in order.</summary>
    public ConcurrentQueue<string> Embedded { get; } = new();

    /// <summary>Starts it, or skips where the model cannot be had.</summary>
    public static async Task<EmbedProcess> StartAsync(TimeSpan delay)
    {
        try
        {
            var store = ModelStore.Open(new InferenceOptions());
            if (store.Find(Model) is null)
            {
                await store.PullAsync(Model, null, CancellationToken.None);
            }
        }
        catch (ModelException unavailable)
        {
            Assert.Skip($"needs {Model}: {unavailable.Message}");
        }

        var embed = new EmbedProcess { Delay = delay };
        await embed._door.StartAsync();
        await embed.ReviveAsync();
        return embed;
    }

    /// <summary>Ends it as a power failure would: SIGKILL.</summary>
    public Task KillAsync() => _service.DisposeAsync().AsTask();

    /// <summary>Starts it anew and waits until it is ready.</summary>
    public async Task ReviveAsync() =>
        _service = await ServiceProcess.StartAsync(
            Repository.Built("EmbedService", "EmbedPlatform.EmbedService.dll"),
            [$"--Inference:Model={Model}", "--Logging:LogLevel:Default=Warning"]
        );

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        await _door.DisposeAsync();
        _http.Dispose();
    }

    private async Task ForwardAsync(HttpContext context)
    {
        using var copy = new MemoryStream();
        await context.Request.Body.CopyToAsync(copy, context.RequestAborted);
        await Task.Delay(Delay, context.RequestAborted);
        using var request = new HttpRequestMessage(
            new HttpMethod(context.Request.Method),
            new Uri(_service.Http.BaseAddress!, context.Request.Path + context.Request.QueryString)
        );
        if (copy.Length > 0)
        {
            request.Content = new ByteArrayContent(copy.ToArray());
            request.Content.Headers.TryAddWithoutValidation("Content-Type", context.Request.ContentType);
        }

        try
        {
            using var answer = await _http.SendAsync(request, context.RequestAborted);
            var body = await answer.Content.ReadAsByteArrayAsync(context.RequestAborted);
            if (answer.IsSuccessStatusCode && copy.Length > 0)
            {
                Note(copy.ToArray());
            }

            context.Response.StatusCode = (int)answer.StatusCode;
            context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            // As if the caller had spoken to the service that died.
            context.Abort();
        }
    }

    private void Note(byte[] request)
    {
        using var json = JsonDocument.Parse(request);
        foreach (var text in json.RootElement.GetProperty("input").EnumerateArray())
        {
            Embedded.Enqueue(text.GetString()!);
        }
    }
}
