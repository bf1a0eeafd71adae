using System.CommandLine;
using System.Diagnostics;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Cli.Platforms;
using EmbedPlatform.Client.Search;

namespace EmbedPlatform.Cli.Transfer;

/// <summary><c>embedctl export</c>.</summary>
internal static class ExportCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal)
    {
        var command = new Command(
            "export",
            "Writes a collection with its vectors to a file of JSON lines, or all collections to a folder. A file is named\n"
                + "FILE.part until it is whole and its checksum is right; --resume continues it while the collection is unchanged."
        );
        var collection = command.AddArgument(
            new Argument<string?>("COLLECTION") { Description = "The collection or an alias", Arity = ArgumentArity.ZeroOrOne }
        );
        var output = command.AddOption(
            new Option<string?>("--output", "-o") { Description = "The file; .gz packs it (else standard output)", HelpName = "FILE" }
        );
        var all = command.AddOption(
            new Option<string?>("--all") { Description = "Export every collection and all aliases to this folder", HelpName = "DIR" }
        );
        var resume = command.AddOption(new Option<bool>("--resume") { Description = "Continue an interrupted export" });
        var tenant = command.AddOption(TenantOption.Create());
        var platformOptions = PlatformOptions.AddTo(command);
        command.Validators.Add(result =>
        {
            if ((result.GetValue(all) is null) == (result.GetValue(collection) is null))
            {
                result.AddError("pass either COLLECTION or --all DIR");
            }

            if (result.GetValue(all) is not null && result.GetValue(output) is not null)
            {
                result.AddError("--output is for one collection; --all has its folder");
            }

            if (result.GetValue(resume) && result.GetValue(all) is null && result.GetValue(output) is null)
            {
                result.AddError("--resume needs the --output of the interrupted export");
            }
        });

        return command.WithAction(
            terminal,
            async (parse, cancellationToken) =>
            {
                await using var platform = await platformOptions.ConnectAsync(parse, terminal, cancellationToken);
                var search = platform.LongSearchOf(parse.GetValue(tenant));
                if (parse.GetValue(all) is { } folder)
                {
                    await ExportAllAsync(search, folder, parse.GetValue(resume), terminal, cancellationToken);
                }
                else if (parse.GetValue(output) is { } file)
                {
                    await ExportAsync(search, parse.GetValue(collection)!, file, parse.GetValue(resume), terminal, cancellationToken);
                }
                else
                {
                    await using var writing = new TextStream(terminal.Output);
                    await new ExportRun(search, parse.GetValue(collection)!).ToStreamAsync(writing, cancellationToken);
                }

                return 0;
            }
        );
    }

    private static async Task ExportAllAsync(
        ISearchClient search,
        string folder,
        bool resume,
        Terminal terminal,
        CancellationToken cancellationToken
    )
    {
        Directory.CreateDirectory(folder);
        File.Delete(SnapshotManifest.PathIn(folder));
        var entries = new List<SnapshotEntry>();
        foreach (var collection in await search.ListCollectionsAsync(cancellationToken))
        {
            var name = $"{collection.Name}.ndjson.gz";
            var trailer = await ExportAsync(search, collection.Name, Path.Combine(folder, name), resume, terminal, cancellationToken);
            entries.Add(new SnapshotEntry(collection.Name, name, trailer.Documents, trailer.Sha256!));
        }

        var aliases = await search.ListAliasesAsync(cancellationToken);
        await SnapshotManifest
            .Of(entries, [.. aliases.Select(alias => new SnapshotAlias(alias.Name, alias.Collection))])
            .WriteAsync(folder, cancellationToken);
        await terminal.Output.WriteLineAsync($"{entries.Count:N0} collections and {aliases.Count:N0} aliases are in {folder}");
    }

    private static async Task<ExportTrailer> ExportAsync(
        ISearchClient search,
        string collection,
        string file,
        bool resume,
        Terminal terminal,
        CancellationToken cancellationToken
    )
    {
        var (watch, run) = (Stopwatch.StartNew(), new ExportRun(search, collection));
        var trailer = await TransferProgress.ShowAsync(
            terminal,
            $"exporting {collection}",
            () => run.Documents,
            () => run.Total,
            () => run.ToFileAsync(file, resume, cancellationToken)
        );
        await terminal.Output.WriteLineAsync(
            $"{collection}: {trailer.Documents:N0} documents and {trailer.Chunks:N0} vectors in {file} "
                + $"({new FileInfo(file).Length / 1e6:N1} MB, {watch.Elapsed.TotalSeconds:0.0} s), checksum verified"
        );
        return trailer;
    }
}
