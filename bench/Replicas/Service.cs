using System.Diagnostics;
using System.Globalization;
using EmbedPlatform.TestSupport;

namespace EmbedPlatform.Bench.Replicas;

/// <summary>One replica: a process of its own on a free port.</summary>
internal sealed class Service : IAsyncDisposable
{
    private readonly Process _process;
    private readonly HttpClient _http;
    private CpuShare? _share;

    private Service(Process process, Uri address)
    {
        _process = process;
        Address = address;
        _http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(60) };
    }

    public Uri Address { get; }

    /// <summary>Starts a service of the platform and waits until it is ready.</summary>
    /// <exception cref="UsageException">It ended instead; its words are above.</exception>
    public static async Task<Service> StartAsync(string name, IEnumerable<KeyValuePair<string, string>> environment)
    {
        var address = new Uri($"http://127.0.0.1:{FreePort.Next()}/");
        var output = AppContext.BaseDirectory[(AppContext.BaseDirectory.IndexOf("/bin/", StringComparison.Ordinal) + 1)..];
        var program = Repository.PathOf(name, output, $"EmbedPlatform.{name}.dll");
        var start = new ProcessStartInfo("dotnet", [program]) { RedirectStandardOutput = true };
        start.Environment["ASPNETCORE_URLS"] = address.ToString();
        start.Environment["Logging__LogLevel__Default"] = "Critical";
        foreach (var (key, value) in environment)
        {
            start.Environment[key] = value;
        }

        var process = Process.Start(start) ?? throw new UsageException("dotnet did not start");
        _ = process.StandardOutput.BaseStream.CopyToAsync(Console.OpenStandardError());
        var service = new Service(process, address);
        while (!await service.IsReadyAsync())
        {
            await Task.Delay(100);
            if (process.HasExited)
            {
                throw new UsageException($"{name} ended; its own words are above");
            }
        }

        return service;
    }

    /// <summary>From now on it gets so many cores and no more.</summary>
    public void Limit(double cores) => _share = new CpuShare(_process.Id, cores);

    /// <summary>The sum of a counter over all its labels.</summary>
    public async Task<double> CounterAsync(string name) =>
        (await _http.GetStringAsync("metrics"))
            .Split('\n')
            .Where(line => line.StartsWith(name, StringComparison.Ordinal) && line[name.Length] is ' ' or '{')
            .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _share?.Dispose();
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var answer = await _http.GetAsync("health");
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
