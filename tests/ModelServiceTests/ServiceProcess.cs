using System.Diagnostics;
using System.Net;
using System.Text;
using EmbedPlatform.TestKit;

namespace EmbedPlatform.ModelServiceTests;

/// <summary>A service as a process of its own, as it is deployed: what belongs to a process cannot be seen inside the test's.</summary>
public sealed class ServiceProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private ServiceProcess(Process process, int port)
    {
        _process = process;
        Http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        process.OutputDataReceived += (_, line) => Heard(line.Data);
        process.ErrorDataReceived += (_, line) => Heard(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public HttpClient Http { get; }

    public int Id => _process.Id;

    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>Starts the service of a program and waits until it is ready.</summary>
    public static async Task<ServiceProcess> StartAsync(Type program, params string[] options)
    {
        var port = FreePort.Next();
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])[program.Assembly.Location, $"--urls=http://127.0.0.1:{port}", .. options])
        {
            start.ArgumentList.Add(argument);
        }

        var service = new ServiceProcess(Process.Start(start)!, port);
        try
        {
            await service.ReadyAsync();
            return service;
        }
        catch
        {
            await service.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks it to end, as a service manager does.</summary>
    public void Terminate()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{Id}"]);
        kill.WaitForExit();
    }

    public async Task<int> EndedAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task ReadyAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!_process.HasExited)
        {
            try
            {
                using var health = await Http.GetAsync("health", patience.Token);
                if (health.StatusCode == HttpStatusCode.OK)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            await Task.Delay(50, patience.Token);
        }

        throw new InvalidOperationException($"The service ended: {Output}");
    }

    private void Heard(string? line)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }
    }
}
