namespace EmbedPlatform.SearchApi.Failures;

/// <summary>An upload ended before its end; what was committed before stays.</summary>
/// <param name="received">How many documents were read.</param>
/// <param name="committed">How many of them are stored, changed or not.</param>
/// <param name="cause">What ended it.</param>
internal sealed class UploadInterruptedException(long received, long committed, Exception cause) : Exception(cause.Message, cause)
{
    /// <summary>What to tell the sender.</summary>
    public string Account { get; } =
        $"The upload was interrupted: of the {received} documents read, {committed} are committed and stay. "
        + "Sending all of them again is safe.";
}
