namespace EmbedPlatform.AppHost;

/// <summary>The platform does not start, for a reason that its user can change.</summary>
/// <param name="message">One line that says what to change.</param>
internal sealed class RefusedException(string message) : Exception(message);
