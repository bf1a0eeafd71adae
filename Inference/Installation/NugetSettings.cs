using System.Net;
using EmbedPlatform.Inference.Models;
using NuGet.Common;
using NuGet.Configuration;

namespace EmbedPlatform.Inference.Installation;

/// <summary>NuGet's settings for a package, from the nuget.config files of a folder and its parents, the user and the machine.</summary>
internal sealed class NugetSettings
{
    private readonly ISettings _settings;
    private readonly string _package;

    private NugetSettings(ISettings settings, string package) => (_settings, _package) = (settings, package);

    /// <summary>The folders in which NuGet keeps packages that it fetched, and the fallback folders.</summary>
    public IReadOnlyList<string> PackageFolders =>
        [
            .. SettingsUtility
                .GetFallbackPackageFolders(_settings)
                .Prepend(SettingsUtility.GetGlobalPackagesFolder(_settings))
                .Where(Path.IsPathFullyQualified),
        ];

    private string Files => _settings.GetConfigFilePaths() is { Count: > 0 } files ? string.Join(", ", files) : "nuget.config";

    /// <param name="folder">The folder from which nuget.config is looked for, upwards.</param>
    /// <param name="package">The package.</param>
    /// <exception cref="ModelPullException">A nuget.config is invalid.</exception>
    public static NugetSettings Read(string folder, string package)
    {
        try
        {
            return new NugetSettings(Load(folder), package);
        }
        catch (NuGetConfigurationException problem)
        {
            throw new ModelPullException($"{package} cannot be fetched: {problem.Message.ReplaceLineEndings(" ")}", problem);
        }
    }

    /// <summary>The feeds for the package: the enabled ones, filtered by the package source mapping if there is one.</summary>
    /// <exception cref="ModelPullException">There is none.</exception>
    public IReadOnlyList<PackageSource> Feeds()
    {
        PackageSource[] enabled =
            _settings is NullSettings
                ? [new PackageSource("https://api.nuget.org/v3/index.json", "nuget.org")]
                : [.. SettingsUtility.GetEnabledSources(_settings)];
        if (enabled.Length == 0)
        {
            throw new ModelPullException($"{_package} cannot be fetched: {Files} enables no package source.");
        }

        var mapping = PackageSourceMapping.GetPackageSourceMapping(_settings);
        if (!mapping.IsEnabled)
        {
            return enabled;
        }

        var mapped = mapping.GetConfiguredPackageSources(_package);
        PackageSource[] allowed = [.. enabled.Where(source => mapped.Contains(source.Name, StringComparer.OrdinalIgnoreCase))];
        return allowed.Length > 0
            ? allowed
            : throw new ModelPullException(
                $"{_package} cannot be fetched: packageSourceMapping in {Files} names no enabled source for it."
            );
    }

    /// <summary>The proxy of nuget.config or of the environment; null where neither names one.</summary>
    public IWebProxy? Proxy(Uri feed) => new ProxyCache(_settings, EnvironmentVariableWrapper.Instance).GetProxy(feed);

    private static ISettings Load(string folder)
    {
        try
        {
            return Settings.LoadDefaultSettings(folder);
        }
        catch (NuGetConfigurationException problem) when (problem.InnerException is IOException or UnauthorizedAccessException)
        {
            // NuGet writes its defaults into the user's folder, which a container's user may lack.
            string[] files = [.. Above(folder)];
            return files.Length > 0
                ? Settings.LoadImmutableSettingsGivenConfigPaths(files, new SettingsLoadingContext())
                : NullSettings.Instance;
        }
    }

    private static IEnumerable<string> Above(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
        {
            if (Settings.OrderedSettingsFileNames.Select(name => Path.Combine(at.FullName, name)).FirstOrDefault(File.Exists) is { } file)
            {
                yield return file;
            }
        }
    }
}
