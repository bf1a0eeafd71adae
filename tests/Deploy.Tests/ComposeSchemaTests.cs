using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.Deploy.Tests;

/// <summary>deploy/compose/docker-compose.yaml, as others read it.</summary>
public sealed class ComposeSchemaTests
{
    [Fact]
    public void It_keeps_the_schema_of_what_is_written() => ComposeSchema.Check(ComposeFile.Text, ComposeSchema.Ours);

    [Theory]
    [InlineData("restart: unless-stopped", "restart: sometimes")]
    [InlineData("read_only: true", "read_only: \"true\"")]
    [InlineData("cap_drop:", "cap_dropped:")]
    [InlineData("retries: 12", "retries: \"12\"")]
    [InlineData("condition: service_healthy", "condition: service_well")]
    public void What_Compose_would_refuse_or_misread_is_found(string right, string wrong) =>
        Assert.NotEmpty(ComposeSchema.Problems(ComposeFile.Text.Replace(right, wrong, StringComparison.Ordinal), ComposeSchema.Ours));

    [Fact]
    public void It_keeps_the_Compose_specification()
    {
        var path = Environment.GetEnvironmentVariable("COMPOSE_SCHEMA");
        Assert.SkipWhen(path is null, "COMPOSE_SCHEMA names no copy of the Compose specification's compose-spec.json");
        using var schema = File.OpenRead(path!);
        ComposeSchema.Check(ComposeFile.Text, ComposeSchema.Read(schema));
    }

    [Fact]
    public async Task Docker_Compose_accepts_it()
    {
        Assert.SkipUnless(await HasComposeAsync(), "the docker command and its compose plugin are not installed");
        using var folder = new TemporaryFolder();
        var defaults = ComposeFile.EnvironmentFile(ComposeFile.Folder(".env.example"));
        var environment = folder.Write(
            ".env",
            string.Join('\n', defaults.Select(pair => $"{pair.Key}={(pair.Value.Length > 0 ? pair.Value : "given")}"))
        );
        var (code, _, error) = await Programs.RunAsync(
            "docker",
            ["compose", "--env-file", environment, "-f", Repository.PathOf("deploy", "compose", "docker-compose.yaml"), "config", "--quiet"]
        );
        Assert.True(code == 0, error);
    }

    private static async Task<bool> HasComposeAsync()
    {
        try
        {
            return (await Programs.RunAsync("docker", ["compose", "version"])).IsSuccess;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
