using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using EmbedPlatform.AppHost.Publishing;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.Deploy.Tests;

/// <summary>`aspire publish`: what it writes follows the graph.</summary>
public sealed class PublishTests : IDisposable
{
    private readonly PublishedGraph _published = new();

    public void Dispose() => _published.Dispose();

    [Fact]
    public async Task The_compose_file_of_the_repository_is_what_the_graph_publishes()
    {
        await _published.PublishAsync();
        Assert.Equal(ComposeFile.Text, _published.Compose);
        Assert.Equal(
            await File.ReadAllTextAsync(ComposeFile.Folder(".env.example"), TestContext.Current.CancellationToken),
            await File.ReadAllTextAsync(_published.PathOf(".env"), TestContext.Current.CancellationToken)
        );
    }

    [Fact]
    public async Task Two_replicas_are_two_services_with_half_the_limits_and_SearchApi_knows_and_awaits_both()
    {
        await _published.PublishAsync("--Replicas:Embed", "2", "--Limits:Rerank:Cores", "8", "--Models:Embed", "use-lite");
        var services = _published.Services;
        Assert.All(
            (string[])["embed", "embed-2"],
            name =>
            {
                Assert.Equal("${EMBED_CPUS:-3}", (string?)services[name]!["deploy"]!["resources"]!["limits"]!["cpus"]);
                Assert.Equal("${EMBED_MEMORY:-3G}", (string?)services[name]!["deploy"]!["resources"]!["limits"]!["memory"]);
                Assert.Equal("${EMBED_MODEL:-use-lite}", (string?)services[name]!["environment"]!["Inference__Model"]);
                Assert.Equal("service_healthy", (string?)services["search"]!["depends_on"]![name]!["condition"]);
            }
        );
        Assert.Equal("http://embed-2:8080", (string?)services["search"]!["environment"]!["services__embed__http__1"]);
        Assert.Equal("${RERANK_CPUS:-8}", (string?)services["rerank"]!["deploy"]!["resources"]!["limits"]!["cpus"]);
    }

    [Fact]
    public async Task Values_of_an_env_file_that_is_there_stay()
    {
        await File.WriteAllTextAsync(
            _published.PathOf(".env"),
            "POSTGRES_PASSWORD=of-a-database-that-runs\nMINE=1\n",
            TestContext.Current.CancellationToken
        );
        await _published.PublishAsync();
        var values = ComposeFile.EnvironmentFile(_published.PathOf(".env"));
        Assert.Equal(("of-a-database-that-runs", "1", "6"), (values["POSTGRES_PASSWORD"], values["MINE"], values["EMBED_CPUS"]));
    }

    [Fact]
    public async Task A_resource_that_is_added_to_a_graph_is_in_its_file_with_its_references()
    {
        await PublishAsync(builder =>
        {
            var token = builder.AddParameter("api-token", secret: true);
            var region = builder.AddParameter("region", "north", publishValueAsDefault: true);
            var job = builder.AddContainer("job", "tools/job", "1.2");
            var store = builder.AddContainer("store", "tools/store", "3").WithEndpoint(targetPort: 9000, scheme: "tcp", name: "tcp");
            builder
                .AddContainer("worker", "tools/worker", "4")
                .WithEnvironment("STORE", store.GetEndpoint("tcp"))
                .WithEnvironment("STORE_PORT", $"port {store.GetEndpoint("tcp").Property(EndpointProperty.Port)} in {region}")
                .WithEnvironment("TOKEN", token)
                .WithEnvironment("PRICE", "5$")
                .WithArgs("--until", "stopped")
                .WithVolume("kept", "/kept")
                .WithBindMount(Repository.PathOf("models"), "/models", isReadOnly: true)
                .WithHttpEndpoint(port: 8000, targetPort: 80, name: "http")
                .WithExternalHttpEndpoints()
                .WaitFor(store)
                .WaitForCompletion(job);
        });

        var worker = _published.Services["worker"]!;
        Assert.Equal("tools/worker:4", (string?)worker["image"]);
        var environment = worker["environment"]!;
        Assert.Equal("tcp://store:9000", (string?)environment["STORE"]);
        Assert.Equal("port 9000 in ${REGION:-north}", (string?)environment["STORE_PORT"]);
        Assert.Equal("${API_TOKEN:?set it in .env}", (string?)environment["TOKEN"]);
        Assert.Equal("5$$", (string?)environment["PRICE"]);
        Assert.Equal(["--until", "stopped"], worker["command"].Strings());
        Assert.Equal(["kept:/kept", "./../../models:/models:ro"], worker["volumes"].Strings());
        Assert.Equal(["${WORKER_LISTEN:-127.0.0.1:8000}:80"], worker["ports"].Strings());
        Assert.Equal(["inside", "edge"], worker["networks"].Strings());
        Assert.Equal("service_started", (string?)worker["depends_on"]!["store"]!["condition"]);
        Assert.Equal("service_completed_successfully", (string?)worker["depends_on"]!["job"]!["condition"]);
        Assert.Equal("no", (string?)_published.Services["job"]!["restart"]);
        var values = ComposeFile.EnvironmentFile(_published.PathOf(".env"));
        Assert.Equal(("", "north", "127.0.0.1:8000"), (values["API_TOKEN"], values["REGION"], values["WORKER_LISTEN"]));
        ComposeSchema.Check(_published.Compose, ComposeSchema.Ours);
    }

    [Fact]
    public async Task A_program_of_this_machine_is_refused_by_name()
    {
        var (code, output) = await _published.TryPublishAsync("--Backing", "native", "--DataFolder", _published.PathOf("."));
        Assert.Equal(1, code);
        Assert.Contains("Backing=native runs programs of this machine", output, StringComparison.Ordinal);
        Assert.False(File.Exists(_published.PathOf("docker-compose.yaml")));
    }

    private async Task PublishAsync(Action<IDistributedApplicationBuilder> add)
    {
        var builder = DistributedApplication.CreateBuilder(
            new DistributedApplicationOptions
            {
                Args = ["--operation", "publish", "--step", "publish", "--output-path", Path.GetDirectoryName(_published.PathOf("."))!],
                DisableDashboard = true,
            }
        );
        add(builder);
        ComposePublishing.Add(builder, "small");
        await using var app = builder.Build();
        await app.RunAsync(TestContext.Current.CancellationToken);
    }
}
