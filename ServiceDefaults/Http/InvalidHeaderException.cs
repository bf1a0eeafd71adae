namespace EmbedPlatform.ServiceDefaults.Http;

/// <summary>Answered as 400.</summary>
public sealed class InvalidHeaderException(string header, string message) : Exception($"{header}: {message}")
{
    public string Header { get; } = header;

    /// <summary>The message without the header.</summary>
    public string Problem { get; } = message;
}
