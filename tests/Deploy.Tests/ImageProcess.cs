using System.Security.Cryptography;
using System.Text;
using EmbedPlatform.TestKit;

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

    private readonly TemporaryFolder _root = new();
    private ServiceProcess _service = null!;

    private ImageProcess() { }

    /// <summary>The program itself.</summary>
    public RunningProgram Program => _service;

    /// <summary>The port that it listens on.</summary>
    public int Port { get; } = FreePort.Next();

    /// <summary>Its address.</summary>
    public HttpClient Http => _service.Http;

    /// <summary>Starts an image's program and returns when it is ready.</summary>
    /// <param name="image">embed, rerank or search.</param>
    /// <param name="published">What it has at /app.</param>
    /// <param name="models">What it has at /models.</param>
    /// <param name="elsewhere">What stands in its environment for other containers, and what it is here.</param>
    public static async Task<ImageProcess> StartAsync(
        string image,
        string published,
        string models,
        IReadOnlyDictionary<string, string> elsewhere
    )
    {
        var process = new ImageProcess();
        var environment = ImageFile.Read().Environment(image).ToDictionary();
        foreach (var (name, value) in ComposeFile.Read(Secrets())[image]["environment"].Entries())
        {
            // The other containers' names are this machine here, on other ports.
            environment[name] = elsewhere.Aggregate(
                (string)value!,
                (text, pair) => text.Replace(pair.Key, pair.Value, StringComparison.Ordinal)
            );
        }

        environment["ASPNETCORE_HTTP_PORTS"] = $"{process.Port}";
        process._service = await ServiceProcess.StartAsync(
            process.Port,
            Repository.PathOf("deploy", "images", "start-as-image.sh"),
            [
                process._root.Path,
                published,
                models,
                .. environment.Select(pair => $"{pair.Key}={pair.Value}"),
                "--",
                .. ImageFile.Words(ImageFile.Read().Last(image, "ENTRYPOINT")).Skip(1),
            ]
        );
        return process;
    }

    /// <summary>Whether this machine and user can do that.</summary>
    public static async Task<bool> IsPossibleAsync() =>
        Environment.IsPrivilegedProcess && (await Programs.RunAsync("unshare", ["--mount", "true"])).IsSuccess;

    /// <summary>A line of /proc/PID/status.</summary>
    public string Status(string field) =>
        File.ReadLines($"/proc/{Program.Id}/status")
            .First(line => line.StartsWith(field + ":", StringComparison.Ordinal))[(field.Length + 1)..]
            .Trim();

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        _root.Dispose();
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
}
