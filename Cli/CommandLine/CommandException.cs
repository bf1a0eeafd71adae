namespace EmbedPlatform.Cli.CommandLine;

/// <summary>A command cannot do what it was asked to; the message is the one line that the user reads.</summary>
internal sealed class CommandException(string message, Exception? inner = null) : Exception(message, inner);
