using System.CommandLine;
using System.Text.Json;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Cli.Platforms;
using EmbedPlatform.Client.Search;

namespace EmbedPlatform.Cli.Collections;

/// <summary><c>embedctl collections</c>.</summary>
internal static class CollectionsCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal) =>
        new("collections", "Lists, creates, renames, clones and deletes collections, and moves their aliases.")
        {
            List(terminal),
            Show(terminal),
            New(terminal),
            Delete(terminal),
            AliasCommand(terminal),
            Rename(terminal),
            Clone(terminal),
        };

    private static Command List(Terminal terminal)
    {
        var command = new Command("list", "Lists all collections with their counts.");
        return WithClient(
            command,
            terminal,
            async (_, search, asJson, cancellationToken) =>
            {
                var collections = await search.ListCollectionsAsync(cancellationToken);
                await WriteAsync(terminal, asJson, collections, () => CollectionTable.Write(terminal, collections));
            }
        );
    }

    private static Command Show(Terminal terminal)
    {
        var command = new Command("show", "Shows the settings and counts of a collection.");
        var name = command.AddArgument(Name("NAME", "The collection or an alias"));
        return WithClient(
            command,
            terminal,
            async (parse, search, asJson, cancellationToken) =>
            {
                var collection =
                    await search.GetCollectionAsync(parse.GetRequiredValue(name), cancellationToken)
                    ?? throw Missing("collection", parse.GetRequiredValue(name));
                await WriteAsync(terminal, asJson, collection, () => CollectionTable.Write(terminal, collection));
            }
        );
    }

    private static Command New(Terminal terminal)
    {
        var command = new Command("create", "Creates a collection; one with equal settings stays as it is.");
        var name = command.AddArgument(Name("NAME", "1 to 63 of a-z, 0-9, _ and -"));
        var model = command.AddOption(new Option<string?>("--model") { Description = "The embedding model (else EmbedService's default)" });
        var language = command.AddOption(new Option<string?>("--language") { Description = "The language of lexical search" });
        var template = command.AddOption(new Option<string?>("--text-template") { Description = "For example '{title}. {text}'" });
        var tokens = command.AddOption(new Option<int?>("--chunk-tokens") { Description = "The maximum number of tokens per chunk" });
        var overlap = command.AddOption(new Option<int?>("--chunk-overlap") { Description = "Tokens that a chunk repeats" });
        var boundary = command.AddOption(new Option<string?>("--chunk-by") { Description = "sentence or heading" });
        return WithClient(
            command,
            terminal,
            async (parse, search, asJson, cancellationToken) =>
            {
                var settings = new CollectionSettings
                {
                    Model = parse.GetValue(model),
                    Language = parse.GetValue(language),
                    TextTemplate = parse.GetValue(template),
                    ChunkTokens = parse.GetValue(tokens),
                    ChunkOverlap = parse.GetValue(overlap),
                    ChunkBy = parse.GetValue(boundary),
                };
                var collection = await search.CreateCollectionAsync(parse.GetRequiredValue(name), settings, cancellationToken);
                await WriteAsync(terminal, asJson, collection, () => CollectionTable.Write(terminal, collection));
            }
        );
    }

    private static Command Delete(Terminal terminal)
    {
        var command = new Command("delete", "Deletes a collection with all its documents. One with aliases is refused.");
        var name = command.AddArgument(Name("NAME", "The collection"));
        var yes = command.AddOption(new Option<bool>("--yes") { Description = "Confirms it: the documents cannot be restored" });
        return WithClient(
            command,
            terminal,
            async (parse, search, asJson, cancellationToken) =>
            {
                var collection = parse.GetRequiredValue(name);
                if (!parse.GetValue(yes))
                {
                    throw new CommandException($"all documents of {collection} would be lost: confirm with --yes");
                }

                if (!await search.DeleteCollectionAsync(collection, cancellationToken))
                {
                    throw Missing("collection", collection);
                }

                await WriteAsync(terminal, asJson, new { deleted = collection }, () => terminal.Output.WriteLine($"deleted {collection}"));
            }
        );
    }

    private static Command AliasCommand(Terminal terminal)
    {
        var command = new Command(
            "alias",
            "Lists all aliases; with ALIAS and COLLECTION creates the alias or moves it atomically; with ALIAS and --delete deletes it."
        );
        var alias = command.AddArgument(new Argument<string?>("ALIAS") { Description = "The alias", Arity = ArgumentArity.ZeroOrOne });
        var target = command.AddArgument(
            new Argument<string?>("COLLECTION") { Description = "The collection", Arity = ArgumentArity.ZeroOrOne }
        );
        var delete = command.AddOption(new Option<bool>("--delete") { Description = "Delete the alias; its collection stays" });
        command.Validators.Add(result =>
        {
            var (named, moved) = (result.GetValue(alias) is not null, result.GetValue(target) is not null);
            if (result.GetValue(delete) ? !named || moved : named && !moved)
            {
                result.AddError("pass nothing, ALIAS and COLLECTION, or ALIAS and --delete");
            }
        });
        return WithClient(
            command,
            terminal,
            async (parse, search, asJson, cancellationToken) =>
            {
                if (parse.GetValue(alias) is not { } name)
                {
                    var aliases = await search.ListAliasesAsync(cancellationToken);
                    await WriteAsync(terminal, asJson, aliases, () => CollectionTable.Write(terminal, aliases));
                }
                else if (parse.GetValue(target) is { } collection)
                {
                    var moved = await search.PutAliasAsync(name, collection, cancellationToken);
                    await WriteAsync(terminal, asJson, moved, () => terminal.Output.WriteLine($"{name} is now {collection}"));
                }
                else if (await search.DeleteAliasAsync(name, cancellationToken))
                {
                    await WriteAsync(terminal, asJson, new { deleted = name }, () => terminal.Output.WriteLine($"deleted {name}"));
                }
                else
                {
                    throw Missing("alias", name);
                }
            }
        );
    }

    private static Command Rename(Terminal terminal)
    {
        var command = new Command("rename", "Renames a collection atomically; its aliases follow.");
        var name = command.AddArgument(Name("NAME", "The collection"));
        var newName = command.AddArgument(Name("NEW_NAME", "Its new name"));
        return WithClient(
            command,
            terminal,
            async (parse, search, asJson, cancellationToken) =>
            {
                var (before, after) = (parse.GetRequiredValue(name), parse.GetRequiredValue(newName));
                var collection = await search.RenameCollectionAsync(before, after, cancellationToken);
                await WriteAsync(terminal, asJson, collection, () => terminal.Output.WriteLine($"{before} is now {after}"));
            }
        );
    }

    private static Command Clone(Terminal terminal)
    {
        var command = new Command("clone", "Copies a collection with documents, vectors and settings; nothing is embedded again.");
        var name = command.AddArgument(Name("NAME", "The collection"));
        var newName = command.AddArgument(Name("NEW_NAME", "The name of the copy"));
        return WithClient(
            command,
            terminal,
            async (parse, search, asJson, cancellationToken) =>
            {
                var (source, copy) = (parse.GetRequiredValue(name), parse.GetRequiredValue(newName));
                var collection = await search.CloneCollectionAsync(source, copy, cancellationToken);
                await WriteAsync(
                    terminal,
                    asJson,
                    collection,
                    () => terminal.Output.WriteLine($"{copy} is a copy of {source} with {collection.Documents:N0} documents")
                );
            }
        );
    }

    private static Argument<string> Name(string name, string description) => new(name) { Description = description };

    private static CommandException Missing(string what, string name) => new($"there is no {what} {name}");

    private static Command WithClient(
        Command command,
        Terminal terminal,
        Func<ParseResult, ISearchClient, bool, CancellationToken, Task> action
    )
    {
        var json = command.AddOption(new Option<bool>("--json") { Description = "Print the platform's response as JSON" });
        var tenant = command.AddOption(TenantOption.Create());
        var platformOptions = PlatformOptions.AddTo(command);
        return command.WithAction(
            terminal,
            async (parse, cancellationToken) =>
            {
                await using var platform = await platformOptions.ConnectAsync(parse, terminal, cancellationToken);
                await action(parse, platform.LongSearchOf(parse.GetValue(tenant)), parse.GetValue(json), cancellationToken);
                return 0;
            }
        );
    }

    private static async Task WriteAsync<T>(Terminal terminal, bool asJson, T value, Action write)
    {
        if (asJson)
        {
            await terminal.Output.WriteLineAsync(JsonSerializer.Serialize(value, CliJson.Report));
        }
        else
        {
            write();
        }
    }
}
