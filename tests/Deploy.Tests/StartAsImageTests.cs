using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EmbedPlatform.TestSupport;
using Xunit;

namespace EmbedPlatform.Deploy.Tests;

/// <summary>
/// What `dotnet publish` makes, started as the image starts it (deploy/images/start-as-image.sh): another user, no capabilities, a read-only root, the
/// environment of the Dockerfile and of the compose file and nothing else.
/// </summary>
public sealed class StartAsImageTests : IAsyncDisposable
{
    private const string ModelsKey = "ep_a-key-of-this-test-alone";

    // Ends the service with this test run, however that ends: its input closes. The process itself becomes the service.
    private const string Guarded = "exec 3<&0; (cat <&3; kill -KILL $$) >/dev/null 2>&1 & exec bash \"$@\" 3<&- </dev/null";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly string _folder = Directory.CreateTempSubdirectory("start-as-image-").FullName;
    private Process? _service;

    private static string Configuration { get; } = typeof(StartAsImageTests).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;

    public async ValueTask DisposeAsync()
    {
        if (_service is { HasExited: false })
        {
            _service.Kill();
            await _service.WaitForExitAsync();
        }

        _service?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task EmbedService_starts_without_root_embeds_and_ends_on_SIGTERM()
    {
        var cancellation = TestContext.Current.CancellationToken;
        Assert.SkipUnless(Environment.IsPrivilegedProcess && await CanMountAsync(cancellation), "needs root and mount namespaces, as a container engine does");
        var port = FreePort.Next();
        var published = await PublishAsync(cancellation);
        Start(published, CopyOfUseLite(), port);
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };

        await ReadyAsync(http, cancellation);
        Assert.Equal("1654", Status("Uid").Split('\t')[0]);
        Assert.Equal("0000000000000000", Status("CapEff"));
        Assert.Contains(" / / ro,", await File.ReadAllTextAsync($"/proc/{_service!.Id}/mountinfo", cancellation), StringComparison.Ordinal);

        using var refused = await http.PostAsJsonAsync("embed", new { text = "a cat sleeps" }, cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ModelsKey);
        using var answer = await http.PostAsJsonAsync("embed", new { text = "a cat sleeps" }, cancellation);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>(cancellation);
        Assert.True(answer.IsSuccessStatusCode, body.ToString());
        Assert.Equal(512, body.GetProperty("dimension").GetInt32());

        Assert.Equal(0, (await ProbeAsync(port, cancellation)).Code);
        Assert.Equal(0, (await Shell.RunAsync(cancellation, "kill", "-TERM", $"{_service.Id}")).Code);
        await _service.WaitForExitAsync(cancellation).WaitAsync(Patience, cancellation);
        Assert.Equal(0, _service.ExitCode);
        var (code, output) = await ProbeAsync(port, cancellation);
        Assert.Equal(1, code);
        Assert.Contains($"http://127.0.0.1:{port}/health", output, StringComparison.Ordinal);
    }

    // The service was built before this test: publishing only copies.
    private async Task<string> PublishAsync(CancellationToken cancellationToken)
    {
        var published = Path.Combine(_folder, "app");
        var (code, output) = await Shell.RunAsync(
            cancellationToken, "dotnet", "publish", Repository.PathOf("EmbedService"), "--no-build", "-c", Configuration, "-o", published, "-v", "q", "--nologo");
        Assert.True(code == 0, output);
        return published;
    }

    private string CopyOfUseLite()
    {
        var installed = Repository.PathOf(".data", "models", "use-lite");
        Assert.SkipUnless(Directory.Exists(installed), "needs use-lite in .data/models (embedctl models pull default)");
        var copy = Directory.CreateDirectory(Path.Combine(_folder, "models", "use-lite")).FullName;
        foreach (var file in Directory.GetFiles(installed))
        {
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }

        return Path.GetDirectoryName(copy)!;
    }

    private void Start(string published, string models, int port)
    {
        var given = ComposeFile.EnvironmentFile(ComposeFile.Folder(".env.example")).ToDictionary();
        foreach (var secret in (string[])["POSTGRES_PASSWORD", "CACHE_PASSWORD", "SEARCH_KEY_HASH", "MODELS_KEY"])
        {
            given[secret] = "of no use to EmbedService";
        }

        given["MODELS_KEY_HASH"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ModelsKey)));
        var environment = ImageFile.Read().Environment("embed").ToDictionary();
        foreach (var (name, value) in ComposeFile.Read(given)["embed"]["environment"].Entries())
        {
            environment[name] = (string)value!;
        }

        // There is no Redis here.
        environment.Remove("ConnectionStrings__cache");
        environment["ASPNETCORE_HTTP_PORTS"] = $"{port}";
        var root = Directory.CreateDirectory(Path.Combine(_folder, "root")).FullName;
        _service = Process.Start(new ProcessStartInfo(
            "bash",
            [
                "-c", Guarded, "bash", Repository.PathOf("deploy", "images", "start-as-image.sh"), root, published, models,
                .. environment.Select(pair => $"{pair.Key}={pair.Value}"), "--", .. ImageFile.Words(ImageFile.Read().Last("embed", "ENTRYPOINT")).Skip(1),
            ])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        _service.BeginOutputReadLine();
    }

    private async Task ReadyAsync(HttpClient http, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        while (true)
        {
            Assert.False(_service!.HasExited, "the service ended while it started; its reason is in the output of the test run");
            try
            {
                using var health = await http.GetAsync("health", patience.Token);
                if (health.StatusCode == HttpStatusCode.OK)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            await Task.Delay(100, patience.Token);
        }
    }

    private static Task<(int Code, string Output)> ProbeAsync(int port, CancellationToken cancellationToken) => Shell.RunAsync(
        cancellationToken,
        "dotnet",
        Repository.PathOf("deploy", "images", "HealthProbe", "bin", Configuration, "net10.0", "EmbedPlatform.HealthProbe.dll"),
        $"http://127.0.0.1:{port}/health");

    private static async Task<bool> CanMountAsync(CancellationToken cancellationToken) =>
        (await Shell.RunAsync(cancellationToken, "unshare", "--mount", "true")).Code == 0;

    private string Status(string field) => File.ReadLines($"/proc/{_service!.Id}/status").First(line => line.StartsWith(field + ":", StringComparison.Ordinal))[(field.Length + 1)..].Trim();
}
