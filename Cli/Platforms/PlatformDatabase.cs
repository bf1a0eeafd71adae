using System.Security.Cryptography;
using System.Text;
using EmbedPlatform.Cli.CommandLine;

namespace EmbedPlatform.Cli.Platforms;

/// <summary>The database of a platform of this machine, which benchmarks look into.</summary>
internal static class PlatformDatabase
{
    /// <summary>The variable by which SearchApi, too, gets its connection string.</summary>
    public const string Variable = "ConnectionStrings__vectors";

    /// <summary>The connection string: the variable's, else that of the PostgreSQL that serves a data folder (eng/native/postgres.sh says where its cluster may lie).</summary>
    /// <exception cref="CommandException">Neither is there.</exception>
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
