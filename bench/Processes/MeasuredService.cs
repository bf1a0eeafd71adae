using System.Globalization;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.TestKit;

namespace EmbedPlatform.Bench.Processes;

/// <summary>A service of the platform in its own process on a free loopback port.</summary>
internal sealed class MeasuredService : RunningProgram
{
    private MeasuredService(string name, Uri address, IEnumerable<KeyValuePair<string, string>> environment)
        : base(
            "dotnet",
            [ProgramOf(name)],
            command =>
                command.WithEnvironmentVariables(variables =>
                {
                    variables.Set("ASPNETCORE_URLS", address.ToString()).Set("Logging__LogLevel__Default", "Warning");
                    foreach (var (key, value) in environment)
                    {
                        variables.Set(key, value);
                    }
                })
        )
    {
        Address = address;
        Http = new HttpClient(new SocketsHttpHandler { UseCookies = false, UseProxy = false })
        {
            BaseAddress = address,
            Timeout = TimeSpan.FromMinutes(10),
        };
    }

    public Uri Address { get; }

    public HttpClient Http { get; }

    public long ResidentMegabytes =>
        long.Parse(
            File.ReadLines($"/proc/{Id}/status")
                .First(line => line.StartsWith("VmRSS", StringComparison.Ordinal))
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
            CultureInfo.InvariantCulture
        ) / 1024;

    /// <summary>Starts a service and waits until it is healthy.</summary>
    /// <param name="name">The service's project.</param>
    /// <param name="environment">Its settings.</param>
    /// <exception cref="CommandException">It exited.</exception>
    public static async Task<MeasuredService> StartAsync(string name, IEnumerable<KeyValuePair<string, string>> environment)
    {
        var service = new MeasuredService(name, new Uri($"http://127.0.0.1:{FreePort.Next()}/"), environment);
        try
        {
            await service.ReadyAsync(service.IsHealthyAsync);
            return service;
        }
        catch (InvalidOperationException)
        {
            throw new CommandException($"{name} exited:\n{service.Output}");
        }
    }

    /// <summary>The sum of a counter over all its labels.</summary>
    public async Task<double> CounterAsync(string name) => PrometheusText.Sum((await Http.GetStringAsync("metrics")).Split('\n'), name);

    public override async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await base.DisposeAsync();
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
        var program = Repository.Built(name, $"EmbedPlatform.{name}.dll");
        return File.Exists(program) ? program : throw new CommandException($"{program} does not exist: {name} is not built");
    }
}
