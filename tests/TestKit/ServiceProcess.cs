using System.Net;
using CliWrap;

namespace EmbedPlatform.TestKit;

/// <summary>A service as a process of its own behind a free port, as it is deployed.</summary>
public sealed class ServiceProcess : RunningProgram
{
    private ServiceProcess(Uri address, string program, IEnumerable<string> arguments, Func<Command, Command>? with)
        : base(program, arguments, with) => Http = new HttpClient { BaseAddress = address };

    /// <summary>A client of the service.</summary>
    public HttpClient Http { get; }

    /// <summary>Starts the service of a compiled program and returns when it is healthy.</summary>
    public static Task<ServiceProcess> StartAsync(Type program, params string[] options) => StartAsync(program.Assembly.Location, options);

    /// <summary>Starts the service of an assembly and returns when it is healthy.</summary>
    public static Task<ServiceProcess> StartAsync(string assembly, IEnumerable<string> options, Func<Command, Command>? with = null)
    {
        var port = FreePort.Next();
        return StartAsync(port, "dotnet", [assembly, $"--urls=http://127.0.0.1:{port}", .. options], with);
    }

    /// <summary>Starts a program that serves a port and returns when it is healthy.</summary>
    public static async Task<ServiceProcess> StartAsync(
        int port,
        string program,
        IEnumerable<string> arguments,
        Func<Command, Command>? with = null
    )
    {
        var service = new ServiceProcess(new Uri($"http://127.0.0.1:{port}"), program, arguments, with);
        await service.ReadyAsync(service.IsHealthyAsync);
        return service;
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await base.DisposeAsync();
    }

    private async Task<bool> IsHealthyAsync()
    {
        try
        {
            using var health = await Http.GetAsync("health");
            return health.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            // It does not listen yet.
            return false;
        }
    }
}
