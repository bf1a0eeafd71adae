using Aspire.Hosting;
using Aspire.Hosting.Testing;
using EmbedPlatform.AppHost.Tests;
using EmbedPlatform.TestKit;
using Xunit;

[assembly: AssemblyFixture(typeof(RunningPlatform))]
// Every test here starts a whole platform or asks the running one: side by side they would measure the machine.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace EmbedPlatform.AppHost.Tests;

/// <summary>The whole graph, started once through Aspire's testing builder on a data folder of its own.</summary>
public sealed class RunningPlatform : IAsyncLifetime
{
    /// <summary>A machine under load loads its models slowly.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly TemporaryFolder _folder = new();
    private IDistributedApplicationTestingBuilder? _builder;
    private DistributedApplication? _app;

    public DistributedApplication App => _app!;

    public string EndpointsFile => _folder["run", "endpoints.json"];

    public async ValueTask InitializeAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        // The builder's disposal ends what it built.
        _builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(["--DataFolder", _folder.Path], patience.Token);
        _app = await _builder.BuildAsync(patience.Token);
        await _app.StartAsync(patience.Token);
        foreach (var service in (string[])["embed", "rerank", "search"])
        {
            await _app.ResourceNotifications.WaitForResourceHealthyAsync(service, patience.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        if (_builder is not null)
        {
            await _builder.DisposeAsync();
        }

        _folder.Dispose();
    }
}
