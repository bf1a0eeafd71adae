using EmbedPlatform.Cli.CommandLine;

namespace EmbedPlatform.Cli.Demo;

/// <summary>
/// Debian's package lists of this machine's apt. Where apt keeps only one-line descriptions, the lists of English descriptions are
/// downloaded from apt's own sources into another folder; the system's lists are only read.
/// </summary>
/// <param name="folder">The folder for downloaded lists.</param>
/// <param name="terminal">Where progress goes.</param>
internal sealed class AptLists(string folder, Terminal terminal)
{
    private const string Helper = "/usr/lib/apt/apt-helper";
    private static readonly TimeSpan FetchTime = TimeSpan.FromMinutes(2);

    private string Configuration => Path.Combine(folder, "apt.conf");

    /// <summary>Whether this machine has apt.</summary>
    public static bool IsAvailable => OperatingSystem.IsLinux() && File.Exists(Helper) && File.Exists("/usr/bin/apt-get");

    /// <summary>Reads all packages with the longest available descriptions; none if apt has no lists.</summary>
    /// <exception cref="CommandException">apt does not work.</exception>
    public async Task<IReadOnlyList<DebianPackage>> ReadAsync(CancellationToken cancellationToken)
    {
        var lists = await FindAsync("Packages", [], cancellationToken);
        var stanzas = new List<Stanza>();
        foreach (var list in lists)
        {
            stanzas.AddRange(await ReadStanzasAsync(list, cancellationToken));
        }

        var translations = stanzas.Any(IsDescribedElsewhere)
            ? await ReadTranslationsAsync(lists, cancellationToken)
            : new Dictionary<string, PackageDescription>();
        return [.. stanzas.Select(stanza => Describe(stanza, translations)).OfType<DebianPackage>()];
    }

    private static bool IsDescribedElsewhere(Stanza stanza) =>
        stanza["Description-md5"] is not null && stanza["Description"]?.Contains('\n') != true;

    private static DebianPackage? Describe(Stanza stanza, IReadOnlyDictionary<string, PackageDescription> translations)
    {
        var translated = stanza["Description-md5"] is { } md5 ? translations.GetValueOrDefault(md5) : null;
        var description =
            translated ?? ((stanza["Description"] ?? stanza["Description-en"]) is { } own ? PackageDescription.Parse(own) : null);
        return stanza["Package"] is { Length: > 0 } name && description is { Short.Length: > 0 }
            ? new DebianPackage(name, description)
            {
                Version = stanza["Version"],
                Section = stanza["Section"],
                Priority = stanza["Priority"],
                Tags = stanza["Tag"]?.Split([',', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [],
                Homepage = stanza["Homepage"],
            }
            : null;
    }

    private async Task<Dictionary<string, PackageDescription>> ReadTranslationsAsync(
        IReadOnlyList<string> packageLists,
        CancellationToken cancellationToken
    )
    {
        var files = await FindAsync("Translations", [], cancellationToken);
        if (files.Count == 0)
        {
            files = await FetchTranslationsAsync(packageLists, cancellationToken);
        }

        var translations = new Dictionary<string, PackageDescription>();
        foreach (var file in files.Where(file => Path.GetFileName(file).Contains("Translation-en", StringComparison.Ordinal)))
        {
            foreach (var stanza in await ReadStanzasAsync(file, cancellationToken))
            {
                if (stanza["Description-md5"] is { } md5 && stanza["Description-en"] is { } description)
                {
                    translations[md5] = PackageDescription.Parse(description);
                }
            }
        }

        return translations;
    }

    private async Task<IReadOnlyList<string>> FetchTranslationsAsync(
        IReadOnlyList<string> packageLists,
        CancellationToken cancellationToken
    )
    {
        Directory.CreateDirectory(Path.Combine(folder, "lists", "partial"));
        Directory.CreateDirectory(Path.Combine(folder, "cache", "archives", "partial"));
        await File.WriteAllTextAsync(Configuration, ConfigurationText(), cancellationToken);
        var kept = await FindAsync("Translations", ["-c", Configuration], cancellationToken);
        if (kept.Count > 0 && kept.Min(File.GetLastWriteTimeUtc) >= packageLists.Max(File.GetLastWriteTimeUtc))
        {
            return kept;
        }

        terminal.WriteErrorLine("apt has only one-line descriptions: downloading the full ones");
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(FetchTime);
        try
        {
            await ExternalProgram.ReadAsync(
                "apt-get",
                ["-c", Configuration, "-q", "update"],
                output => output.ReadToEndAsync(timeout.Token),
                timeout.Token
            );
        }
        catch (Exception exception)
            when (exception is CommandException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            terminal.WriteErrorLine(
                $"cannot download the full descriptions ({exception.Message}): using "
                    + (kept.Count > 0 ? "older ones" : "one-line descriptions")
            );
        }

        return await FindAsync("Translations", ["-c", Configuration], cancellationToken);
    }

    private string ConfigurationText() =>
        $$"""
            Dir::State::Lists "{{folder}}/lists";
            Dir::Cache "{{folder}}/cache";
            APT::Sandbox::User "";
            #clear Acquire::Languages;
            Acquire::Languages { "en"; };
            Acquire::IndexTargets::deb::Packages::DefaultEnabled "false";
            Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
            Acquire::IndexTargets::deb::CNF::DefaultEnabled "false";
            #clear APT::Update::Post-Invoke;
            #clear APT::Update::Post-Invoke-Success;

            """;

    private static Task<IReadOnlyList<string>> FindAsync(string kind, string[] options, CancellationToken cancellationToken) =>
        ExternalProgram.ReadAsync(
            "apt-get",
            [.. options, "indextargets", "--format", "$(FILENAME)", $"Created-By: {kind}"],
            async output => (IReadOnlyList<string>)[.. (await output.ReadToEndAsync(cancellationToken)).Split('\n').Where(File.Exists)],
            cancellationToken
        );

    private static Task<List<Stanza>> ReadStanzasAsync(string file, CancellationToken cancellationToken) =>
        ExternalProgram.ReadAsync(
            Helper,
            ["cat-file", file],
            async output => await Stanza.ReadAllAsync(output).ToListAsync(cancellationToken),
            cancellationToken
        );
}
