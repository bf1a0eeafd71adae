namespace EmbedPlatform.SearchApi.Failures;

/// <summary>An upload broke off; documents committed before that stay.</summary>
/// <param name="received">The number of documents read.</param>
/// <param name="committed">The number of documents stored, changed or not.</param>
/// <param name="cause">The failure that ended the upload.</param>
internal sealed class UploadInterruptedException(long received, long committed, Exception cause) : Exception(cause.Message, cause)
{
    /// <summary>The detail for the response.</summary>
    public string Account { get; } =
        $"The upload was interrupted: {committed} of the {received} documents read are committed and stay. "
        + "Sending all of them again is safe.";
}
