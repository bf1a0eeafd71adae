using System.Text.Json.Nodes;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.Deploy.Tests;

/// <summary>The manifest that azd reads (azure.yaml).</summary>
public sealed class ManifestTests : IAsyncLifetime
{
    private readonly PublishedGraph _published = new();
    private JsonNode _resources = new JsonObject();

    public async ValueTask InitializeAsync() => _resources = (await _published.ManifestAsync())["resources"]!;

    public ValueTask DisposeAsync()
    {
        _published.Dispose();
        return default;
    }

    [Theory]
    [InlineData("embed", "embed")]
    [InlineData("rerank", "rerank")]
    [InlineData("search", "search")]
    [InlineData("models", "tools")]
    public void Images_are_built_from_the_Dockerfile(string resource, string target)
    {
        var build = _resources[resource]!["build"]!;
        Assert.Equal(target, (string?)build["stage"]);
        Assert.Equal(
            Repository.PathOf("deploy", "images", "Dockerfile"),
            Path.GetFullPath((string)build["dockerfile"]!, Path.GetDirectoryName(_published.PathOf("manifest.json"))!)
        );
    }

    [Theory]
    [InlineData("embed", false)]
    [InlineData("rerank", false)]
    [InlineData("search", true)]
    public void Services_listen_where_their_images_do_and_SearchApi_alone_is_open(string resource, bool open)
    {
        var binding = Assert.Single(_resources[resource]!["bindings"].Entries()).Value!;
        Assert.Equal(8080, (int)binding["targetPort"]!);
        Assert.Equal(open, binding["external"] is { } external && (bool)external);
    }

    [Fact]
    public void Secrets_are_parameters_and_nothing_else_is_asked_for()
    {
        var parameters = _resources.Entries().Where(resource => (string?)resource.Value!["type"] == "parameter.v0").ToList();
        Assert.Equal(
            ["cache-password", "models-key", "models-key-hash", "postgres-password", "search-key-hash"],
            parameters.Select(parameter => parameter.Key).Order()
        );
        Assert.All(parameters, parameter => Assert.True((bool)parameter.Value!["inputs"]!["value"]!["secret"]!));
        Assert.Equal("{models-key-hash.value}", (string?)_resources["embed"]!["env"]!["ApiKeys__Keys__0__Hash"]);
        Assert.Equal("{models-key.value}", (string?)_resources["search"]!["env"]!["ApiKeys__Send__embed"]);
    }

    [Fact]
    public void What_a_value_of_the_graph_refers_to_is_there()
    {
        var names = _resources.Entries().Select(resource => resource.Key).ToHashSet();
        var references = _resources
            .Entries()
            .SelectMany(resource => resource.Value!["env"].Entries())
            .SelectMany(variable => ((string)variable.Value!).Split('{').Skip(1).Select(part => part.Split('.', '}')[0]));
        Assert.All(references, reference => Assert.Contains(reference, names));
        Assert.DoesNotContain("dashboard", names);
    }

    [Fact]
    public void Azd_is_told_of_an_AppHost_that_exists()
    {
        var app = Yaml.Parse(File.ReadAllText(Repository.PathOf("azure.yaml"))).Single()["services"]!["app"]!;
        Assert.True(File.Exists(Repository.PathOf((string)app["project"]!)));
        Assert.Equal("containerapp", (string?)app["host"]);
    }
}
