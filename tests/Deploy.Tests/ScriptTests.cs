using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.Deploy.Tests;

/// <summary>The scripts that make passwords and keys.</summary>
public sealed partial class ScriptTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_new_env_completes_the_compose_file_and_its_keys_fit_their_hashes()
    {
        File.Copy(ComposeFile.Folder(".env.example"), _folder[".env.example"]);
        var key = await RunAsync(ComposeFile.Folder("new-env.sh"));
        var environment = ComposeFile.EnvironmentFile(_folder[".env"]);
        var compose = ComposeFile.Read(environment);

        Assert.Equal(Hash(key), (string?)compose["search"]["environment"]!["ApiKeys__Keys__0__Hash"]);
        var models = (string)compose["search"]["environment"]!["ApiKeys__Send__embed"]!;
        Assert.Equal(Hash(models), (string?)compose["embed"]["environment"]!["ApiKeys__Keys__0__Hash"]);
        Assert.Equal(Hash(models), (string?)compose["rerank"]["environment"]!["ApiKeys__Keys__0__Hash"]);
        Assert.DoesNotContain(key, string.Join('\n', environment.Values), StringComparison.Ordinal);
        Assert.InRange(int.Parse(environment["EMBED_CPUS"], null), 1, Math.Min(6, Environment.ProcessorCount));
        Assert.InRange(int.Parse(environment["RERANK_CPUS"], null), 1, Math.Min(4, Environment.ProcessorCount));
        var (_, mode, _) = await Programs.RunAsync("stat", ["-c", "%a", _folder[".env"]]);
        Assert.Equal("600", mode.Trim());
    }

    [Fact]
    public async Task New_secrets_have_everything_that_the_manifests_take_from_the_Secret()
    {
        var key = await RunAsync(Repository.PathOf("deploy", "kubernetes", "overlays", "complete", "new-secrets.sh"));
        var secrets = ComposeFile.EnvironmentFile(_folder["secrets.env"]);

        Assert.Equal(Hash(key), secrets["SEARCH_KEY_HASH"]);
        Assert.Equal(Hash(secrets["MODELS_KEY"]), secrets["MODELS_KEY_HASH"]);
        Assert.Equal(Hash(secrets["METRICS_KEY"]), secrets["METRICS_KEY_HASH"]);
        Assert.Contains($"Password={secrets["POSTGRES_PASSWORD"]};", secrets["VECTORS"], StringComparison.Ordinal);
        var asked = Directory
            .GetFiles(Repository.PathOf("deploy", "kubernetes"), "*.yaml", SearchOption.AllDirectories)
            .SelectMany(file => SecretKey().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value))
            .ToHashSet();
        Assert.Equal(secrets.Keys.Order(), asked.Order());
    }

    private static string Hash(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    /// <summary>Runs a copy of a script twice, the second time to be refused; the key that it showed.</summary>
    private async Task<string> RunAsync(string script)
    {
        var copy = _folder[Path.GetFileName(script)];
        File.Copy(script, copy);
        var (code, output, error) = await Programs.RunAsync("bash", [copy]);
        Assert.True(code == 0, error);
        var (again, _, refused) = await Programs.RunAsync("bash", [copy]);
        Assert.Equal(1, again);
        Assert.Contains("is there already", refused, StringComparison.Ordinal);
        return output.Trim().Split(' ')[^1];
    }

    [GeneratedRegex(@"name: embedplatform, key: (\w+)")]
    private static partial Regex SecretKey();
}
