using System.ComponentModel;
using System.Diagnostics;
using EmbedPlatform.Cli.CommandLine;

namespace EmbedPlatform.Bench.Node;

/// <summary>A folder with a package.json and scripts, whose packages npm installs into the build output on first use.</summary>
/// <param name="name">The folder below Node/.</param>
/// <param name="package">A package whose presence shows that they are installed.</param>
internal sealed class NodePackages(string name, string package)
{
    private readonly string _folder = Path.Combine(AppContext.BaseDirectory, "Node", name);

    /// <summary>Runs a script under Node with redirected input and output.</summary>
    /// <exception cref="CommandException">Node or npm is missing, or npm could not install the packages.</exception>
    public Process Run(string script, params string[] arguments)
    {
        Install();
        return Start("node", [script, .. arguments]);
    }

    private void Install()
    {
        if (Directory.Exists(Path.Combine([_folder, "node_modules", .. package.Split('/')])))
        {
            return;
        }

        // Install scripts would download GPU libraries that Node on the CPU does not need.
        using var npm = Start("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", "--silent"]);
        npm.StandardInput.Close();
        npm.StandardOutput.ReadToEnd();
        npm.WaitForExit();
        if (npm.ExitCode != 0)
        {
            throw new CommandException($"npm could not install {package} (exit code {npm.ExitCode})");
        }
    }

    private Process Start(string program, string[] arguments)
    {
        try
        {
            return Process.Start(
                new ProcessStartInfo(program, arguments)
                {
                    WorkingDirectory = _folder,
                    RedirectStandardInput = true,
                    RedirectStandardOutput = true,
                }
            )!;
        }
        catch (Win32Exception exception)
        {
            throw new CommandException($"{program} is not installed; --no-node leaves it out", exception);
        }
    }
}
