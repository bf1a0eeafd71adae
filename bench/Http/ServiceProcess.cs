using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace EmbedPlatform.Bench.Http;

/// <summary>EmbedService as a process of its own on a free loopback port.</summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    private readonly Process _process;

    private ServiceProcess(Process process, Uri address)
    {
        _process = process;
        Http = new HttpClient(new SocketsHttpHandler { UseCookies = false, UseProxy = false })
        {
            BaseAddress = address,
            Timeout = TimeSpan.FromMinutes(10),
        };
    }

    public HttpClient Http { get; }

    public int Id => _process.Id;

    /// <summary>Megabytes of memory that the process holds.</summary>
    public long ResidentMegabytes =>
        long.Parse(
            File.ReadLines($"/proc/{_process.Id}/status")
                .First(line => line.StartsWith("VmRSS", StringComparison.Ordinal))
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
            CultureInfo.InvariantCulture
        ) / 1024;

    /// <summary>Starts it and waits until it is ready.</summary>
    /// <exception cref="UsageException">It ended instead; its words are above.</exception>
    public static async Task<ServiceProcess> StartAsync(
        string model,
        string modelsRoot,
        string? redis,
        IReadOnlyDictionary<string, string>? environment = null
    )
    {
        var port = FreePort();
        var address = new Uri($"http://127.0.0.1:{port}/");
        var start = new ProcessStartInfo("dotnet", [Assembly()]) { RedirectStandardOutput = true };
        start.Environment["ASPNETCORE_URLS"] = address.ToString();
        start.Environment["Inference__Model"] = model;
        start.Environment["Inference__ModelsRoot"] = modelsRoot;
        start.Environment["Logging__LogLevel__Default"] = "Warning";
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        if (redis is not null)
        {
            start.Environment["ConnectionStrings__cache"] = redis;
        }

        var process = Process.Start(start) ?? throw new UsageException("dotnet did not start");
        _ = process.StandardOutput.BaseStream.CopyToAsync(Console.OpenStandardError());
        var service = new ServiceProcess(process, address);
        while (!await service.IsReadyAsync())
        {
            if (process.HasExited)
            {
                throw new UsageException("EmbedService ended; its own words are above");
            }

            await Task.Delay(100);
        }

        return service;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var answer = await Http.GetAsync("health");
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>The program, built in the same configuration as this one.</summary>
    private static string Assembly()
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        var bin = output.FullName[
            (output.FullName.IndexOf("bin", output.FullName.IndexOf("Http", StringComparison.Ordinal), StringComparison.Ordinal))..
        ];
        for (var folder = output; folder is not null; folder = folder.Parent)
        {
            var service = Path.Combine(folder.FullName, "EmbedService", bin, "EmbedPlatform.EmbedService.dll");
            if (File.Exists(service))
            {
                return service;
            }
        }

        throw new UsageException("EmbedService is not built beside this program");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
