namespace Microsoft.Extensions.ServiceDiscovery;

// Asked per request, so that a changed configuration is seen, and shared by both spellings of a name.
internal sealed class ResolvingHttpHandler(ConfigurationServiceEndpoints endpoints) : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.RequestUri is { } uri)
        {
            request.RequestUri = endpoints.Resolve(uri);
        }

        return base.SendAsync(request, cancellationToken);
    }
}
