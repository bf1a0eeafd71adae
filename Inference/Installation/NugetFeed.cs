using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using EmbedPlatform.Inference.Models;
using NuGet.Configuration;

namespace EmbedPlatform.Inference.Installation;

/// <summary>
/// A NuGet v3 feed. NuGet's own client library always downloads whole packages; this resumes interrupted downloads.
/// </summary>
internal sealed class NugetFeed : IFileHost, IDisposable
{
    private const string PackageBase = "PackageBaseAddress/3.0.0";

    private readonly PackageSource _source;
    private readonly PullOptions _options;
    private readonly HttpClient _http;

    public NugetFeed(PackageSource source, IWebProxy? proxy, PullOptions options)
    {
        (_source, _options) = (source, options);
        var handler = new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(10) };
        if (proxy is not null)
        {
            handler.Proxy = proxy;
        }

        if (source.ClientCertificates is { Count: > 0 } certificates)
        {
            handler.SslOptions.ClientCertificates = new X509CertificateCollection((X509Certificate[])[.. certificates]);
        }

        if (source.DisableTLSCertificateValidation)
        {
#pragma warning disable CA5359 // nuget.config of the user turns the validation off for this source.
            handler.SslOptions.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        }

        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("EmbedPlatform", "1.0"));
    }

    /// <summary>The address of a package's file.</summary>
    /// <exception cref="ModelPullException">The feed cannot be reached, refuses the request, or is not a v3 feed.</exception>
    public async Task<Uri> AddressAsync(string package, string version, CancellationToken cancellationToken)
    {
        var root = await new RetryPolicy(_options).RunAsync(
            problem => new ModelPullException(problem.Message, problem),
            () => 0,
            () => PackageBaseAsync(_options.StallTimeout, cancellationToken),
            cancellationToken
        );
        var (id, number) = (package.ToLowerInvariant(), version.ToLowerInvariant());
        return new Uri($"{root.AbsoluteUri.TrimEnd('/')}/{id}/{number}/{id}.{number}.nupkg");
    }

    /// <summary>Reads the feed's service index once.</summary>
    /// <returns>The base address of packages.</returns>
    /// <exception cref="HttpRequestException">The host does not respond.</exception>
    /// <exception cref="TimeoutException">It does not respond in time.</exception>
    /// <exception cref="HostBusyException">It asks clients to retry later.</exception>
    /// <exception cref="ModelPullException">It refuses the request, or is not a v3 feed.</exception>
    public async Task<Uri> PackageBaseAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        var index = _source.SourceUri;
        if (!_source.IsHttps && !index.IsLoopback && !_source.AllowInsecureConnections)
        {
            throw new ModelPullException("It is an http address, which nuget.config does not allow (allowInsecureConnections).");
        }

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(limit);
        try
        {
            using var request = Request(index);
            using var response = await _http.SendAsync(request, timeout.Token);
            ThrowIfRefused(index, response);
            using var services = JsonDocument.Parse(await response.Content.ReadAsStreamAsync(timeout.Token));
            return PackageBaseOf(services.RootElement) is { } found
                ? new Uri(index, found)
                : throw new ModelPullException($"Its service index does not list {PackageBase}.");
        }
        catch (JsonException problem)
        {
            throw new ModelPullException("It did not return a service index: only NuGet v3 feeds are supported.", problem);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"It did not answer in {limit.TotalSeconds:0.#} s.");
        }
    }

    /// <inheritdoc/>
    public async Task<FileResponse> GetAsync(Uri address, long from, EntityTagHeaderValue? ifUnchanged, CancellationToken cancellationToken)
    {
        using var request = Request(address);
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
        if (from > 0)
        {
            request.Headers.Range = new RangeHeaderValue(from, null);
            request.Headers.IfRange = ifUnchanged is null ? null : new RangeConditionHeaderValue(ifUnchanged);
        }

        return new FileResponse(await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken), null, null);
    }

    /// <inheritdoc/>
    public void ThrowIfRefused(Uri address, HttpResponseMessage response)
    {
        HostBusyException.ThrowIfBusy(response, _options.Time);
        if (!response.IsSuccessStatusCode && response.StatusCode != HttpStatusCode.PartialContent)
        {
            throw new ModelPullException(
                response.StatusCode switch
                {
                    HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden =>
                        $"{address} returned {(int)response.StatusCode}: it needs {(_source.Credentials is null ? "" : "other ")}"
                            + $"credentials (packageSourceCredentials in nuget.config).",
                    HttpStatusCode.NotFound or HttpStatusCode.Gone when address != _source.SourceUri => "It does not have the package.",
                    _ => $"{address} returned {(int)response.StatusCode}.",
                }
            );
        }
    }

    public void Dispose() => _http.Dispose();

    private static string? PackageBaseOf(JsonElement services) =>
        services.ValueKind == JsonValueKind.Object
        && services.TryGetProperty("resources", out var resources)
        && resources.ValueKind == JsonValueKind.Array
            ? resources
                .EnumerateArray()
                .Where(resource => Text(resource, "@type") == PackageBase)
                .Select(resource => Text(resource, "@id"))
                .FirstOrDefault(id => id is not null)
            : null;

    private static string? Text(JsonElement resource, string name) =>
        resource.ValueKind == JsonValueKind.Object
        && resource.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    // Credentials are for the feed's own host; a redirect drops them.
    private HttpRequestMessage Request(Uri address)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (
            _source.Credentials is { } credentials
            && credentials.IsValid()
            && address.Authority == _source.SourceUri.Authority
            && address.Scheme == _source.SourceUri.Scheme
        )
        {
            request.Headers.Authorization = new AuthenticationHeaderValue(
                "Basic",
                Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credentials.Username}:{credentials.Password}"))
            );
        }

        return request;
    }
}
