using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.Deploy.Tests;

/// <summary>
/// A published program, started as its image starts it (deploy/images/start-as-image.sh): another user, no capabilities, a read-only
/// root, the environment of the Dockerfile and of the compose file and nothing else.
/// </summary>
internal sealed class ImageProcess : IAsyncDisposable
{
    /// <summary>The key of SearchApi's callers.</summary>
    public const string SearchKey = "ep_a-key-of-a-caller";

    /// <summary>The key that SearchApi sends.</summary>
    public const string ModelsKey = "ep_a-key-of-this-test-alone";

    /// <summary>How long a start or an end may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    // Ends the service with this test run, however that ends: its input closes. The process itself becomes the service.
    private const string Guarded = "exec 3<&0; (cat <&3; kill -KILL $$) >/dev/null 2>&1 & exec bash \"$@\" 3<&- </dev/null";

    private readonly string _root = Directory.CreateTempSubdirectory("start-as-image-").FullName;

    private ImageProcess(string image, string published, string models, int port, IReadOnlyDictionary<string, string> elsewhere)
    {
        Port = port;
        Http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        var environment = ImageFile.Read().Environment(image).ToDictionary();
        foreach (var (name, value) in ComposeFile.Read(Secrets())[image]["environment"].Entries())
        {
            // The other containers' names are this machine here, on other ports.
            environment[name] = elsewhere.Aggregate(
                (string)value!,
                (text, pair) => text.Replace(pair.Key, pair.Value, StringComparison.Ordinal)
            );
        }

        environment["ASPNETCORE_HTTP_PORTS"] = $"{port}";
        Process = Process.Start(
            new ProcessStartInfo(
                "bash",
                [
                    "-c",
                    Guarded,
                    "bash",
                    Repository.PathOf("deploy", "images", "start-as-image.sh"),
                    _root,
                    published,
                    models,
                    .. environment.Select(pair => $"{pair.Key}={pair.Value}"),
                    "--",
                    .. ImageFile.Words(ImageFile.Read().Last(image, "ENTRYPOINT")).Skip(1),
                ]
            )
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            }
        )!;
        Process.BeginOutputReadLine();
    }

    /// <summary>The program itself.</summary>
    public Process Process { get; }

    /// <summary>The port that it listens on.</summary>
    public int Port { get; }

    /// <summary>Its address.</summary>
    public HttpClient Http { get; }

    /// <summary>Starts an image's program and returns when it is ready.</summary>
    /// <param name="image">embed, rerank or search.</param>
    /// <param name="published">What it has at /app.</param>
    /// <param name="models">What it has at /models.</param>
    /// <param name="elsewhere">What stands in its environment for other containers, and what it is here.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public static async Task<ImageProcess> StartAsync(
        string image,
        string published,
        string models,
        IReadOnlyDictionary<string, string> elsewhere,
        CancellationToken cancellationToken
    )
    {
        var process = new ImageProcess(image, published, models, FreePort.Next(), elsewhere);
        try
        {
            await process.ReadyAsync(cancellationToken);
            return process;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Whether this machine and user can do that.</summary>
    public static async Task<bool> IsPossibleAsync(CancellationToken cancellationToken) =>
        Environment.IsPrivilegedProcess && (await Shell.RunAsync(cancellationToken, "unshare", "--mount", "true")).Code == 0;

    /// <summary>A line of /proc/PID/status.</summary>
    public string Status(string field) =>
        File.ReadLines($"/proc/{Process.Id}/status")
            .First(line => line.StartsWith(field + ":", StringComparison.Ordinal))[(field.Length + 1)..]
            .Trim();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (!Process.HasExited)
        {
            Process.Kill();
            await Process.WaitForExitAsync();
        }

        Process.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    private static Dictionary<string, string> Secrets()
    {
        var values = ComposeFile.EnvironmentFile(ComposeFile.Folder(".env.example")).ToDictionary();
        values["POSTGRES_PASSWORD"] = "postgres-secret";
        values["CACHE_PASSWORD"] = "cache-secret";
        values["MODELS_KEY"] = ModelsKey;
        values["MODELS_KEY_HASH"] = Hash(ModelsKey);
        values["SEARCH_KEY_HASH"] = Hash(SearchKey);
        return values;
    }

    private static string Hash(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    private async Task ReadyAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        while (true)
        {
            Assert.False(Process.HasExited, "the service ended while it started; its reason is in the output of the test run");
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

            await Task.Delay(100, patience.Token);
        }
    }
}
