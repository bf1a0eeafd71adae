namespace EmbedPlatform.Cli.CommandLine;

/// <summary>A command failed; the message is the one line printed for the user.</summary>
internal sealed class CommandException(string message, Exception? inner = null) : Exception(message, inner);
