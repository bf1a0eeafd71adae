using EmbedPlatform.Inference.Models;

namespace EmbedPlatform.Inference.Tests.Models;

/// <summary>Cancels when so many bytes of a file are there.</summary>
internal sealed class Until(long bytes, CancellationTokenSource cancelled) : IProgress<PullProgress>
{
    public void Report(PullProgress value)
    {
        if (value.Bytes >= bytes)
        {
            cancelled.Cancel();
        }
    }
}
