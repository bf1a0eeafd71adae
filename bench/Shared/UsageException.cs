namespace EmbedPlatform.Bench;

/// <summary>The command line is wrong, or what it names is not there.</summary>
internal sealed class UsageException(string message) : Exception(message);
