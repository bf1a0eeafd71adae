using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Cli.Platforms;
using EmbedPlatform.Client.Http;

namespace EmbedPlatform.Cli.Commands;

/// <summary><c>embedctl health</c>.</summary>
internal static class HealthCommand
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal)
    {
        var command = new Command(
            "health",
            "Checks the health of each service of the platform; the exit code is 0 only if all are healthy."
        );
        var json = command.AddOption(new Option<bool>("--json") { Description = "Print as JSON" });
        var platformOptions = PlatformOptions.AddTo(command);

        return command.WithAction(
            terminal,
            async (parse, cancellationToken) =>
            {
                await using var platform = await platformOptions.ConnectAsync(parse, terminal, cancellationToken);
                var services = await Task.WhenAll(
                    platform
                        .Endpoints.All.Where(service => service.Address is not null)
                        .Select(service => AskAsync(service.Name, service.Address!, cancellationToken))
                );
                if (parse.GetValue(json))
                {
                    await terminal.Output.WriteLineAsync(JsonSerializer.Serialize(services, CliJson.Report));
                }
                else
                {
                    foreach (var service in services)
                    {
                        await terminal.Output.WriteLineAsync(
                            $"{service.Name,-7} {service.Status,-10} {service.Address.TrimEnd('/'),-28} {service.Detail}".TrimEnd()
                        );
                    }
                }

                return services.All(service => service.Status == "healthy") ? 0 : 1;
            }
        );
    }

    private static async Task<ServiceHealth> AskAsync(string name, Uri address, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = address, Timeout = Timeout };
        ApiKey.Send(http, Environment.GetEnvironmentVariable(PlatformClients.KeyVariable));
        var watch = Stopwatch.StartNew();
        try
        {
            using var answer = await http.GetAsync("/health", cancellationToken);
            var body = (await answer.Content.ReadAsStringAsync(cancellationToken)).Trim();
            return answer.IsSuccessStatusCode
                ? new ServiceHealth(name, "healthy", address.ToString(), await ModelAsync(http, watch.Elapsed, cancellationToken))
                : new ServiceHealth(name, "unhealthy", address.ToString(), $"{(int)answer.StatusCode} {OneLine(body)}");
        }
        catch (Exception exception)
            when (exception is HttpRequestException
                || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            )
        {
            return new ServiceHealth(
                name,
                "down",
                address.ToString(),
                exception is HttpRequestException ? exception.Message : $"no answer within {Timeout.TotalSeconds:0} s"
            );
        }
    }

    private static async Task<string> ModelAsync(HttpClient http, TimeSpan took, CancellationToken cancellationToken)
    {
        var time = $"{took.TotalMilliseconds:0} ms";
        try
        {
            using var answer = await http.GetAsync("/info", cancellationToken);
            var info = answer.IsSuccessStatusCode
                ? JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStreamAsync(cancellationToken))
                : default;
            return info.ValueKind == JsonValueKind.Object && info.TryGetProperty("model", out var model) ? $"{time}, {model}" : time;
        }
        catch (Exception exception)
            when (exception is HttpRequestException or JsonException
                || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            )
        {
            return time;
        }
    }

    private static string OneLine(string text)
    {
        var line = text.ReplaceLineEndings(" ");
        return line.Length <= 200 ? line : line[..200] + "...";
    }

    private sealed record ServiceHealth(string Name, string Status, string Address, string Detail);
}
