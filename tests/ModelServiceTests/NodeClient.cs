using System.ComponentModel;
using System.Text.Json;
using CliWrap.Buffered;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.ModelServiceTests;

/// <summary>Runs a script of clients/ under Node; its packages are installed into the build output on first use.</summary>
public static class NodeClient
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "clients");

    private static readonly SemaphoreSlim OneInstallation = new(1);

    /// <summary>What the script printed. Skips the test where Node is absent or npm cannot install.</summary>
    /// <param name="script">The script.</param>
    /// <param name="service">The only thing that a user of the paid service changes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<JsonElement> RunAsync(string script, Uri service, CancellationToken cancellationToken)
    {
        await InstallAsync(cancellationToken);
        var (code, output, errors) = await StartAsync("node", script, service.ToString());
        Assert.True(code == 0, errors);
        return JsonElement.Parse(output);
    }

    private static async Task InstallAsync(CancellationToken cancellationToken)
    {
        var done = Path.Combine(Folder, "node_modules", ".package-lock.json");
        await OneInstallation.WaitAsync(cancellationToken);
        try
        {
            if (!File.Exists(done))
            {
                var (code, _, reason) = await StartAsync(
                    "npm",
                    "install",
                    "--ignore-scripts",
                    "--no-audit",
                    "--no-fund",
                    "--no-package-lock"
                );
                Assert.SkipUnless(code == 0, $"needs an npm registry with the clients: {reason}");
            }
        }
        finally
        {
            OneInstallation.Release();
        }
    }

    private static async Task<BufferedCommandResult> StartAsync(string program, params string[] arguments)
    {
        try
        {
            return await Programs.RunAsync(program, arguments, command => command.WithWorkingDirectory(Folder));
        }
        catch (Win32Exception)
        {
            Assert.Skip($"needs {program}");
            throw;
        }
    }
}
