using System.Diagnostics;
using System.Globalization;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Cli.Platforms;
using EmbedPlatform.TestKit;

namespace EmbedPlatform.Bench.Processes;

/// <summary>A service of the platform in its own process on a free loopback port.</summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    private readonly Process _process;

    private ServiceProcess(Process process, Uri address)
    {
        _process = process;
        Address = address;
        Http = new HttpClient(new SocketsHttpHandler { UseCookies = false, UseProxy = false })
        {
            BaseAddress = address,
            Timeout = TimeSpan.FromMinutes(10),
        };
    }

    public Uri Address { get; }

    public HttpClient Http { get; }

    public int Id => _process.Id;

    public long ResidentMegabytes =>
        long.Parse(
            File.ReadLines($"/proc/{_process.Id}/status")
                .First(line => line.StartsWith("VmRSS", StringComparison.Ordinal))
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
            CultureInfo.InvariantCulture
        ) / 1024;

    /// <summary>Starts a service and waits until it is healthy.</summary>
    /// <param name="name">The service's project.</param>
    /// <param name="environment">Its settings.</param>
    /// <exception cref="CommandException">It exited.</exception>
    public static async Task<ServiceProcess> StartAsync(string name, IEnumerable<KeyValuePair<string, string>> environment)
    {
        var address = new Uri($"http://127.0.0.1:{FreePort.Next()}/");
        var start = new ProcessStartInfo("dotnet", [ProgramOf(name)]) { RedirectStandardOutput = true };
        start.Environment["ASPNETCORE_URLS"] = address.ToString();
        start.Environment["Logging__LogLevel__Default"] = "Warning";
        foreach (var (key, value) in environment)
        {
            start.Environment[key] = value;
        }

        var process = Process.Start(start) ?? throw new CommandException("dotnet did not start");
        _ = process.StandardOutput.BaseStream.CopyToAsync(Console.OpenStandardError());
        var service = new ServiceProcess(process, address);
        while (!await service.IsHealthyAsync())
        {
            await Task.Delay(100);
            if (process.HasExited)
            {
                throw new CommandException($"{name} exited with code {process.ExitCode}; its output is above");
            }
        }

        return service;
    }

    /// <summary>The sum of a counter over all its labels.</summary>
    public async Task<double> CounterAsync(string name) => PrometheusText.Sum((await Http.GetStringAsync("metrics")).Split('\n'), name);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task<bool> IsHealthyAsync()
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

    /// <summary>The service's program, built in the same configuration as this one.</summary>
    private static string ProgramOf(string name)
    {
        var output = AppContext.BaseDirectory[(AppContext.BaseDirectory.LastIndexOf("/bin/", StringComparison.Ordinal) + 1)..];
        var program = Path.Combine(SourceTree.Require("bench"), name, output, $"EmbedPlatform.{name}.dll");
        return File.Exists(program) ? program : throw new CommandException($"{program} does not exist: {name} is not built");
    }
}
