using System.Security.Cryptography;
using System.Text;
using EmbedPlatform.Cli.CommandLine;

namespace EmbedPlatform.Cli.Platforms;

/// <summary>The database of a platform on this machine, which benchmarks read.</summary>
internal static class PlatformDatabase
{
    /// <summary>The variable with the connection string, as in SearchApi's configuration.</summary>
    public const string Variable = "ConnectionStrings__vectors";

    /// <summary>The connection string: the variable's, else that of the data folder's PostgreSQL (see eng/native/postgres.sh).</summary>
    /// <exception cref="CommandException">Neither exists.</exception>
    public static string Find(string dataFolder)
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given)
        {
            return given;
        }

        var own = Path.Combine(Path.GetFullPath(dataFolder), "postgres");
        var aside = "/var/lib/postgresql/embedplatform-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(own)))[..16];
        var password = Path.Combine(dataFolder, "postgres.password");
        // The fourth line of postmaster.pid is the port.
        var port = new[] { own, aside }
            .Select(cluster => Path.Combine(cluster, "postmaster.pid"))
            .Where(File.Exists)
            .Select(file => File.ReadLines(file).ElementAtOrDefault(3))
            .FirstOrDefault();
        return port is not null && File.Exists(password)
            ? $"Host=127.0.0.1;Port={port};Username=embedplatform;Password={File.ReadAllText(password).Trim()};Database=vectors"
            : throw new CommandException(
                $"no PostgreSQL runs on {dataFolder}: set {Variable} to the connection string of the platform's database"
            );
    }
}
