using System.Reflection;
using Aspire.Hosting;

namespace EmbedPlatform.AppHost.Services;

/// <summary>The paths of the services' built programs.</summary>
internal static class ServicePrograms
{
    private static readonly string[] Built = typeof(ServicePrograms)
        .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == nameof(ServicePrograms))
        .Value!.Split('|');

    /// <summary>This process' .NET installation, because a program started directly searches only the default locations.</summary>
    public static string DotnetRoot { get; } =
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", ".."));

    /// <summary>The program of a project.</summary>
    /// <exception cref="RefusedException">It is not built.</exception>
    public static string Of(IProjectMetadata project)
    {
        var folder = Path.GetDirectoryName(project.ProjectPath) + Path.DirectorySeparatorChar;
        var library = Built.Single(path => path.StartsWith(folder, StringComparison.Ordinal));
        var program = Path.ChangeExtension(library, OperatingSystem.IsWindows() ? ".exe" : null);
        return File.Exists(program) ? program : throw new RefusedException($"{program} is missing: build the AppHost again");
    }
}
