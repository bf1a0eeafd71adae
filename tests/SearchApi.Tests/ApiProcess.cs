using System.Diagnostics;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.SearchApi.Tests;

/// <summary>SearchApi as a process of its own behind a real port, which a test may kill.</summary>
public sealed class ApiProcess : IAsyncDisposable
{
    private readonly Process _process;

    private ApiProcess(Process process, Uri address) => (_process, Http) = (process, new HttpClient { BaseAddress = address });

    public HttpClient Http { get; }

    public static Task<ApiProcess> StartAsync(
        string database,
        string redis,
        ModelServer models,
        params (string Key, string Value)[] settings
    ) => StartAsync(database, redis, models.Address, [("services:rerank:http:0", models.RerankAddress), .. settings]);

    public static async Task<ApiProcess> StartAsync(
        string database,
        string redis,
        string models,
        params (string Key, string Value)[] settings
    )
    {
        var address = new Uri($"http://127.0.0.1:{FreePort.Next()}");
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList = { typeof(Program).Assembly.Location, "--urls", address.AbsoluteUri },
            WorkingDirectory = AppContext.BaseDirectory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        (string Key, string Value)[] all =
        [
            ("ConnectionStrings:vectors", database),
            ("ConnectionStrings:cache", redis),
            ("Ingestion:PollInterval", "00:00:00.1"),
            ("services:embed:http:0", models),
            ("services:rerank:http:0", models),
            .. settings,
        ];
        foreach (var (key, value) in all)
        {
            start.Environment[key.Replace(":", "__")] = value;
        }

        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var api = new ApiProcess(process, address);
        await Eventually.TrueAsync(api.IsHealthyAsync, "the process of SearchApi is healthy");
        return api;
    }

    /// <summary>Ends it as a power failure would: SIGKILL.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
        Http.Dispose();
    }

    private async Task<bool> IsHealthyAsync()
    {
        Assert.False(_process.HasExited, "the process of SearchApi ended");
        try
        {
            return (await Http.GetAsync("/health")).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
