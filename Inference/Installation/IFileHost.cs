using System.Net.Http.Headers;
using EmbedPlatform.Inference.Models;

namespace EmbedPlatform.Inference.Installation;

/// <summary>A host that gives files.</summary>
internal interface IFileHost
{
    /// <summary>The answer to a download, after redirects, with what the host said about the file.</summary>
    /// <param name="address">The file.</param>
    /// <param name="from">The first byte that is wanted.</param>
    /// <param name="ifUnchanged">The tag of the file of which the bytes before are there; a file with another tag is given whole.</param>
    /// <param name="cancellationToken">Stops.</param>
    Task<FileResponse> GetAsync(Uri address, long from, EntityTagHeaderValue? ifUnchanged, CancellationToken cancellationToken);

    /// <summary>Throws for answers without a file.</summary>
    /// <exception cref="HostBusyException">The host asks to come back.</exception>
    /// <exception cref="ModelPullException">The host refuses.</exception>
    void ThrowIfRefused(Uri address, HttpResponseMessage response);
}

/// <summary>An answer to a download and the hash and size that the host states for the file.</summary>
internal sealed record FileResponse(HttpResponseMessage Response, string? Sha256, long? Size) : IDisposable
{
    public void Dispose() => Response.Dispose();
}
