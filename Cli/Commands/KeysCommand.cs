using System.Buffers.Text;
using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using EmbedPlatform.Cli.CommandLine;

namespace EmbedPlatform.Cli.Commands;

/// <summary><c>embedctl keys new</c>.</summary>
internal static class KeysCommand
{
    private const int RandomBytes = 32;

    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal) => new("keys", "Manages API keys.") { CreateNew(terminal) };

    private static Command CreateNew(Terminal terminal)
    {
        var command = new Command(
            "new",
            "Creates a random API key and prints it with the settings of a service that accepts it. The service stores only the hash."
        );
        var name = command.AddOption(
            new Option<string>("--name")
            {
                Description = "The key's owner",
                HelpName = "NAME",
                DefaultValueFactory = _ => "client",
            }
        );
        var scopes = command.AddOption(
            new Option<string>("--scopes")
            {
                Description = "The key's scopes, separated by commas: embed, rerank, search, write, metrics, admin",
                HelpName = "SCOPES",
                DefaultValueFactory = _ => "embed,rerank,search",
            }
        );
        return command.WithAction(
            terminal,
            async (parse, _) =>
            {
                var key = $"ep_{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes))}";
                await terminal.Output.WriteLineAsync($"key                    {key}");
                await terminal.Output.WriteLineAsync($"ApiKeys__Keys__0__Name={parse.GetValue(name)}");
                await terminal.Output.WriteLineAsync(
                    $"ApiKeys__Keys__0__Hash={Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))}"
                );
                await terminal.Output.WriteLineAsync($"ApiKeys__Keys__0__Scopes={parse.GetValue(scopes)}");
                return 0;
            }
        );
    }
}
