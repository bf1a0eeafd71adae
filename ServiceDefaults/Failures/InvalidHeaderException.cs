namespace EmbedPlatform.ServiceDefaults.Failures;

/// <summary>A header of the request cannot be read; answered as 400 that names it.</summary>
/// <param name="header">The header.</param>
/// <param name="message">What is wrong with it.</param>
public sealed class InvalidHeaderException(string header, string message) : Exception($"{header}: {message}")
{
    /// <summary>The header.</summary>
    public string Header { get; } = header;

    /// <summary>What is wrong with it.</summary>
    public string Wrong { get; } = message;
}
