using System.Text;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Pipelines;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EmbedPlatform.AppHost.Publishing;

/// <summary>The step of <c>aspire publish</c> that writes a graph as <c>docker-compose.yaml</c> and <c>.env</c>.</summary>
internal static class ComposePublishing
{
    /// <summary>The file's name.</summary>
    public const string FileName = "docker-compose.yaml";

    private const string StepName = "publish-compose";

    /// <summary>Adds the step.</summary>
    /// <param name="builder">The graph's builder.</param>
    /// <param name="project">The Compose project's name.</param>
    /// <param name="header">The comment lines at the top of the file.</param>
    public static void Add(IDistributedApplicationBuilder builder, string project, params string[] header) =>
        builder.Pipeline.AddStep(
            StepName,
            async context =>
            {
                try
                {
                    await WriteAsync(context, project, header);
                }
                catch
                {
                    // Aspire reports the failure, but without its CLI the exit code would be 0.
                    Environment.ExitCode = 1;
                    throw;
                }
            },
            requiredBy: WellKnownPipelineSteps.Publish
        );

    private static async Task WriteAsync(PipelineStepContext context, string project, string[] header)
    {
        var folder = context.Services.GetRequiredService<IPipelineOutputService>().GetOutputDirectory();
        var writer = new ComposeWriter(folder, context.ExecutionContext);
        var file = await writer.WriteAsync(project, context.Model, context.CancellationToken);
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, FileName);
        await File.WriteAllTextAsync(path, $"{string.Concat(header.Select(line => $"# {line}\n"))}{file}", context.CancellationToken);
        await WriteEnvironmentAsync(Path.Combine(folder, ".env"), writer.Variables, context.CancellationToken);
        context.Logger.LogInformation("Wrote {Path} and .env with {Count} variables", path, writer.Variables.Count);
    }

    // An existing file may hold the passwords of a running database, so its values are kept.
    private static async Task WriteEnvironmentAsync(
        string path,
        IEnumerable<ComposeVariable> variables,
        CancellationToken cancellationToken
    )
    {
        var given = File.Exists(path)
            ? (await File.ReadAllLinesAsync(path, cancellationToken))
                .Where(line => !line.StartsWith('#') && line.Contains('='))
                .ToDictionary(line => line[..line.IndexOf('=', StringComparison.Ordinal)], line => line)
            : [];
        var text = new StringBuilder("# Docker Compose reads this file from the folder of docker-compose.yaml; never commit it.\n");
        foreach (var variable in variables)
        {
            text.Append("\n# ").Append(variable.Comment).Append('\n');
            text.Append(given.Remove(variable.Name, out var line) ? line : $"{variable.Name}={(variable.IsSecret ? "" : variable.Default)}")
                .Append('\n');
        }

        if (given.Count > 0)
        {
            text.Append("\n# Not used by docker-compose.yaml.\n").AppendJoin('\n', given.Values).Append('\n');
        }

        await File.WriteAllTextAsync(path, text.ToString(), cancellationToken);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }
}
