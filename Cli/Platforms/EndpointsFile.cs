using System.Diagnostics;
using System.Text.Json;
using EmbedPlatform.Cli.CommandLine;

namespace EmbedPlatform.Cli.Platforms;

/// <summary>The file <c>run/endpoints.json</c> in a platform's data folder, which exists while the AppHost runs.</summary>
internal static class EndpointsFile
{
    /// <summary>The path of the file in a data folder.</summary>
    public static string PathIn(string dataFolder) => Path.Combine(dataFolder, "run", "endpoints.json");

    /// <summary>Reads the file; null if it is missing or the process that wrote it no longer runs.</summary>
    /// <exception cref="CommandException">The file is not valid.</exception>
    public static Endpoints? Read(string path)
    {
        Content? content;
        DateTime writtenAt;
        try
        {
            writtenAt = File.GetLastWriteTimeUtc(path);
            content = JsonSerializer.Deserialize<Content>(File.ReadAllText(path), CliJson.Line);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (JsonException exception)
        {
            throw new CommandException($"{path} is not a platform's list of addresses: {exception.Message}", exception);
        }

        return content is { Pid: { } pid } && IsWriter(pid, writtenAt)
            ? new Endpoints(content.Search, content.Embed, content.Rerank) { Dashboard = content.Dashboard }
            : null;
    }

    private static bool IsWriter(int pid, DateTime writtenAt)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            // A process that started after the file was written has only reused the id of its writer.
            return !process.HasExited && process.StartTime.ToUniversalTime() <= writtenAt.AddSeconds(2);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }

    private sealed record Content(Uri? Search, Uri? Embed, Uri? Rerank, Uri? Dashboard, int? Pid);
}
