using System.CommandLine;
using System.Diagnostics;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Cli.Platforms;
using EmbedPlatform.Client.Search;

namespace EmbedPlatform.Cli.Transfer;

/// <summary><c>embedctl import</c>.</summary>
internal static class ImportCommand
{
    private const int ReportedErrors = 10;

    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal)
    {
        var command = new Command(
            "import",
            "Verifies the checksum of an export and imports it with its vectors, or a folder with all collections. Missing\n"
                + "collections are created. Documents are embedded again only where the collection has another model or chunking.\n"
                + "Repeating an import is safe."
        );
        var file = command.AddArgument(
            new Argument<string?>("FILE") { Description = "The export; .gz is unpacked", Arity = ArgumentArity.ZeroOrOne }
        );
        var collection = command.AddOption(
            new Option<string?>("--collection", "-c") { Description = "The collection (else the exported name)", HelpName = "NAME" }
        );
        var all = command.AddOption(
            new Option<string?>("--all") { Description = "Import every collection and all aliases of this folder", HelpName = "DIR" }
        );
        var tenant = command.AddOption(TenantOption.Create());
        var platformOptions = PlatformOptions.AddTo(command);
        command.Validators.Add(result =>
        {
            if ((result.GetValue(all) is null) == (result.GetValue(file) is null))
            {
                result.AddError("pass either FILE or --all DIR");
            }

            if (result.GetValue(all) is not null && result.GetValue(collection) is not null)
            {
                result.AddError("--collection is for one file; --all has the names of its manifest");
            }
        });

        return command.WithAction(
            terminal,
            async (parse, cancellationToken) =>
            {
                await using var platform = await platformOptions.ConnectAsync(parse, terminal, cancellationToken);
                var search = platform.LongSearchOf(parse.GetValue(tenant));
                return parse.GetValue(all) is { } folder
                    ? await ImportAllAsync(search, folder, terminal, cancellationToken)
                    : await ImportAsync(search, parse.GetValue(file)!, parse.GetValue(collection), null, terminal, cancellationToken);
            }
        );
    }

    private static async Task<int> ImportAllAsync(
        ISearchClient search,
        string folder,
        Terminal terminal,
        CancellationToken cancellationToken
    )
    {
        var manifest = await SnapshotManifest.ReadAsync(folder, cancellationToken);
        var exitCode = 0;
        foreach (var entry in manifest.Collections)
        {
            var file = Path.Combine(folder, Path.GetFileName(entry.File));
            exitCode |= await ImportAsync(search, file, entry.Name, entry.Sha256, terminal, cancellationToken);
        }

        foreach (var alias in manifest.Aliases)
        {
            await search.PutAliasAsync(alias.Name, alias.Collection, cancellationToken);
        }

        await terminal.Output.WriteLineAsync(
            $"{manifest.Collections.Count:N0} collections and {manifest.Aliases.Count:N0} aliases were imported"
        );
        return exitCode;
    }

    private static async Task<int> ImportAsync(
        ISearchClient search,
        string file,
        string? collection,
        string? sha256,
        Terminal terminal,
        CancellationToken cancellationToken
    )
    {
        var (watch, run) = (Stopwatch.StartNew(), new ImportRun(search, file));
        var result = await TransferProgress.ShowAsync(
            terminal,
            $"importing {file}",
            () => run.Sent,
            () => run.Total,
            () => run.RunAsync(collection, sha256, cancellationToken)
        );
        foreach (var error in result.Errors.Take(ReportedErrors))
        {
            terminal.WriteErrorLine(
                $"embedctl: line {error.Line} refused: {(error.Field is null ? "" : $"{error.Field}: ")}{error.Reason}"
            );
        }

        if (result.Reason is not null)
        {
            terminal.WriteErrorLine($"embedctl: no vectors were taken over: {result.Reason}");
        }

        var refused = result.ErrorCount > 0 ? $", {result.ErrorCount:N0} refused" : "";
        await terminal.Output.WriteLineAsync(
            $"{result.Collection}: {result.Documents:N0} documents in {watch.Elapsed.TotalSeconds:0.0} s, checksum verified: "
                + $"{result.Written:N0} written ({result.Taken:N0} with their vectors, {result.Queued:N0} to be embedded), "
                + $"{result.Unchanged:N0} unchanged{refused}"
        );
        return result.ErrorCount > 0 ? 1 : 0;
    }
}
