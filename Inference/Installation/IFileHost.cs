using System.Net.Http.Headers;
using EmbedPlatform.Inference.Models;

namespace EmbedPlatform.Inference.Installation;

/// <summary>A host that serves files.</summary>
internal interface IFileHost
{
    /// <summary>The response to a download, after redirects, with the host's metadata about the file.</summary>
    /// <param name="address">The file.</param>
    /// <param name="from">The offset of the first byte.</param>
    /// <param name="ifUnchanged">The ETag of the partial file; a file with another ETag is sent from the start.</param>
    /// <param name="cancellationToken">Stops.</param>
    Task<FileResponse> GetAsync(Uri address, long from, EntityTagHeaderValue? ifUnchanged, CancellationToken cancellationToken);

    /// <summary>Throws if the response is not a file.</summary>
    /// <exception cref="HostBusyException">The host asks clients to retry later.</exception>
    /// <exception cref="ModelPullException">The host refuses.</exception>
    void ThrowIfRefused(Uri address, HttpResponseMessage response);
}

/// <summary>The response to a download, with the hash and size that the host states for the file.</summary>
internal sealed record FileResponse(HttpResponseMessage Response, string? Sha256, long? Size) : IDisposable
{
    public void Dispose() => Response.Dispose();
}
