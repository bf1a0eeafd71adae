using System.CommandLine;
using EmbedPlatform.Cli.CommandLine;

namespace EmbedPlatform.Cli.Platforms;

/// <summary>The options that select or start a platform.</summary>
internal sealed class PlatformOptions
{
    private readonly Option<Uri?> _search;
    private readonly Option<Uri?> _embed;
    private readonly Option<Uri?> _rerank;
    private readonly Option<bool> _start;
    private readonly Option<string?> _dataFolder;
    private readonly bool _keepsData;

    private PlatformOptions(Command command, bool keepsData)
    {
        _keepsData = keepsData;
        _search = command.AddOption(Address("search", "SearchApi"));
        _embed = command.AddOption(Address("embed", "EmbedService"));
        _rerank = command.AddOption(Address("rerank", "RerankService"));
        _start = command.AddOption(new Option<bool>("--start") { Description = "Start a platform for this command, on its own ports" });
        _dataFolder = command.AddOption(
            new Option<string?>("--data-folder")
            {
                Description =
                    "The platform's data folder (else .data in the repository's root"
                    + (keepsData ? ")" : "; with --start a new one that is deleted at the end)"),
                HelpName = "DIR",
            }
        );
    }

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="keepsData">Whether a started platform uses the repository's data folder, which is kept.</param>
    public static PlatformOptions AddTo(Command command, bool keepsData = false) => new(command, keepsData);

    /// <summary>Finds the platform, or starts one.</summary>
    /// <exception cref="CommandException">No platform was found, or it could not be started.</exception>
    public async Task<Platform> ConnectAsync(ParseResult parse, Terminal terminal, CancellationToken cancellationToken)
    {
        var dataFolder = parse.GetValue(_dataFolder);
        if (parse.GetValue(_start))
        {
            return await StartAsync(dataFolder ?? (_keepsData ? SourceTree.DefaultDataFolder : null), terminal, cancellationToken);
        }

        var given = new Endpoints(parse.GetValue(_search), parse.GetValue(_embed), parse.GetValue(_rerank));
        return new Platform(PlatformFinder.Find(given, Environment.GetEnvironmentVariable, dataFolder ?? SourceTree.DefaultDataFolder));
    }

    /// <summary>The data folder of the command.</summary>
    public string DataFolder(ParseResult parse) => parse.GetValue(_dataFolder) ?? SourceTree.DefaultDataFolder;

    private static async Task<Platform> StartAsync(string? dataFolder, Terminal terminal, CancellationToken cancellationToken)
    {
        var folder = dataFolder is null ? PlatformFolder.Temporary() : PlatformFolder.Kept(dataFolder);
        if (
            EndpointsFile.Read(EndpointsFile.PathIn(folder.Path)) is { } running
            && await PlatformHealth.IsHealthyAsync(running, cancellationToken)
        )
        {
            terminal.WriteErrorLine($"using the platform that already runs on {folder.Path}");
            return new Platform(running);
        }

        var started = await StartedPlatform.StartAsync(folder, terminal, cancellationToken);
        return new Platform(started.Endpoints, started);
    }

    private static Option<Uri?> Address(string name, string service) =>
        new($"--{name}-url")
        {
            Description = $"Address of {service} (else {PlatformFinder.VariableOf(name)}, else the running platform's)",
            HelpName = "URL",
            CustomParser = result =>
            {
                if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var address) && PlatformFinder.IsHttp(address))
                {
                    return address;
                }

                result.AddError($"--{name}-url must be an HTTP address, not '{result.Tokens[0].Value}'");
                return null;
            },
        };
}
