using System.Net;
using System.Net.Http.Headers;
using EmbedPlatform.Inference.Models;

namespace EmbedPlatform.Inference.Installation;

/// <summary>
/// Requests to the hub. Follows redirects itself because the hub states hashes in the redirect response, and does not forward the token.
/// </summary>
internal sealed class HubClient : IFileHost, IDisposable
{
    private const int MostRedirects = 10;

    private readonly PullOptions _options;
    private readonly HttpClient _http;

    public HubClient(PullOptions options)
    {
        _options = options;
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(10) })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("EmbedPlatform", "1.0"));
    }

    public Uri Address(HuggingFaceSource source, string revision, string path) =>
        new($"{_options.HubEndpoint.AbsoluteUri.TrimEnd('/')}/{source.Repository}/resolve/{Uri.EscapeDataString(revision)}/{path}");

    /// <summary>The commit of a revision, or the revision itself if the host does not state it.</summary>
    /// <exception cref="HttpRequestException">The host does not respond.</exception>
    /// <exception cref="HostBusyException">It asks clients to retry later.</exception>
    /// <exception cref="ModelPullException">It refuses the request.</exception>
    public async Task<string> CommitAsync(HuggingFaceSource source, CancellationToken cancellationToken)
    {
        using var request = Request(HttpMethod.Head, Address(source, source.Revision, source.Files[0].Path));
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (!IsRedirect(response.StatusCode))
        {
            ThrowIfRefused(request.RequestUri!, response);
        }

        return Header(response, "X-Repo-Commit") ?? source.Revision;
    }

    /// <inheritdoc/>
    public async Task<FileResponse> GetAsync(Uri address, long from, EntityTagHeaderValue? ifUnchanged, CancellationToken cancellationToken)
    {
        string? sha256 = null;
        long? size = null;
        for (var redirects = 0; redirects <= MostRedirects; redirects++)
        {
            using var request = Request(HttpMethod.Get, address);
            if (from > 0)
            {
                request.Headers.Range = new RangeHeaderValue(from, null);
                request.Headers.IfRange = ifUnchanged is null ? null : new RangeConditionHeaderValue(ifUnchanged);
            }

            var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            sha256 ??= Hash(Header(response, "X-Linked-ETag"));
            size ??= long.TryParse(Header(response, "X-Linked-Size"), out var stated) ? stated : null;
            if (!IsRedirect(response.StatusCode))
            {
                return new FileResponse(response, sha256, size);
            }

            var next = response.Headers.Location is { } location ? new Uri(address, location) : null;
            response.Dispose();
            if (next is null || next.Scheme is not ("http" or "https") || (address.Scheme == "https" && next.Scheme != "https"))
            {
                throw new ModelPullException(
                    $"{address.Host} redirects to {next?.ToString() ?? "nowhere"}; that redirect is not followed."
                );
            }

            address = next;
        }

        throw new ModelPullException($"{address.Host} redirects more than {MostRedirects} times.");
    }

    public void Dispose() => _http.Dispose();

    /// <inheritdoc/>
    public void ThrowIfRefused(Uri address, HttpResponseMessage response)
    {
        HostBusyException.ThrowIfBusy(response, _options.Time);
        if (!response.IsSuccessStatusCode)
        {
            // The hub also returns 401 if a repository does not exist, and 404 if the token has no access to it.
            var hint = response.StatusCode switch
            {
                HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden =>
                    " The repository needs an account that may read it (set HF_TOKEN), or does not exist.",
                HttpStatusCode.NotFound => " There is no such file, or it needs an account that may read it (set HF_TOKEN).",
                _ => "",
            };
            throw new ModelPullException($"{address} returned {(int)response.StatusCode}.{hint}");
        }
    }

    private static bool IsRedirect(HttpStatusCode status) =>
        status
            is HttpStatusCode.Moved
                or HttpStatusCode.Found
                or HttpStatusCode.SeeOther
                or HttpStatusCode.TemporaryRedirect
                or HttpStatusCode.PermanentRedirect;

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    // The tag of a large file is its SHA-256; of a small one it is a git hash, which is of no use here.
    private static string? Hash(string? tag) =>
        tag?.Trim('"') is { Length: 64 } hash && hash.All(char.IsAsciiHexDigit) ? hash.ToLowerInvariant() : null;

    private HttpRequestMessage Request(HttpMethod method, Uri address)
    {
        var request = new HttpRequestMessage(method, address);
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
        if (
            _options.HubToken is { } token
            && address.Authority == _options.HubEndpoint.Authority
            && address.Scheme == _options.HubEndpoint.Scheme
        )
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        return request;
    }
}
