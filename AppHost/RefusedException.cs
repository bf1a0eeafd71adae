namespace EmbedPlatform.AppHost;

/// <summary>The platform does not start for a reason that the user can fix.</summary>
/// <param name="message">One line that names the option or file.</param>
internal sealed class RefusedException(string message) : Exception(message);
