using System.Text.Json.Nodes;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.Deploy.Tests;

/// <summary>deploy/compose: limits, what is open, what waits for what, and that every setting exists.</summary>
public sealed class ComposeTests
{
    private static readonly string[] Ours = ["search", "embed", "rerank", "models"];
    private readonly ComposeFile _compose = ComposeFile.Defaults();

    [Theory]
    [InlineData("embed", "6", "6G")]
    [InlineData("rerank", "4", "4G")]
    [InlineData("search", "2", "1G")]
    public void A_service_has_the_limits_of_a_16_core_host(string service, string cpus, string memory)
    {
        var limits = _compose[service]["deploy"]!["resources"]!["limits"]!;
        Assert.Equal(cpus, (string?)limits["cpus"]);
        Assert.Equal(memory, (string?)limits["memory"]);
    }

    [Fact]
    public void Every_container_has_limits() =>
        Assert.All(
            _compose.Services,
            service =>
            {
                Assert.NotNull(service.Value!["deploy"]?["resources"]?["limits"]?["cpus"]);
                Assert.NotNull(service.Value["deploy"]!["resources"]!["limits"]!["memory"]);
            }
        );

    [Fact]
    public void Our_containers_run_without_root_on_a_read_only_file_system() =>
        Assert.All(
            Ours,
            name =>
            {
                var service = _compose[name];
                Assert.Equal("1654:1654", (string?)service["user"]);
                Assert.Equal("true", (string?)service["read_only"]);
                Assert.Equal(["ALL"], service["cap_drop"].Strings());
                Assert.Contains("no-new-privileges:true", service["security_opt"].Strings());
            }
        );

    [Fact]
    public void Models_lie_in_a_volume_that_the_services_only_read()
    {
        Assert.Equal(["models:/models:ro"], _compose["embed"]["volumes"].Strings());
        Assert.Equal(["models:/models:ro"], _compose["rerank"]["volumes"].Strings());
        Assert.Equal(["models:/models"], _compose["models"]["volumes"].Strings());
    }

    [Fact]
    public void SearchApi_alone_is_open_and_to_this_machine_only()
    {
        var open = _compose
            .Services.Where(service => service.Value!["ports"] is not null && service.Value["profiles"] is null)
            .Select(service => service.Key);
        Assert.Equal(["search"], open);
        Assert.Equal(["127.0.0.1:7080:8080"], _compose["search"]["ports"].Strings());
        Assert.Equal("true", (string?)_compose.Root["networks"]!["inside"]!["internal"]);
        Assert.All(
            (string[])["embed", "rerank", "postgres", "cache"],
            name => Assert.Equal(["inside"], _compose[name]["networks"].Strings())
        );
    }

    [Fact]
    public void Services_that_listen_on_every_address_have_a_key_and_SearchApi_says_theirs()
    {
        Assert.All(
            (string[])["search", "embed", "rerank"],
            name =>
            {
                var environment = _compose[name]["environment"]!;
                Assert.NotNull(environment["ApiKeys__Keys__0__Name"]);
                Assert.NotNull(environment["ApiKeys__Keys__0__Hash"]);
                Assert.NotNull(environment["ApiKeys__Keys__0__Scopes"]);
            }
        );
        Assert.NotNull(_compose["search"]["environment"]!["ApiKeys__Send__embed"]);
        Assert.NotNull(_compose["search"]["environment"]!["ApiKeys__Send__rerank"]);
    }

    [Fact]
    public void Every_variable_of_a_service_is_an_option_that_exists()
    {
        var unknown = ((string[])["search", "embed", "rerank"])
            .SelectMany(name => _compose[name]["environment"].Entries().Select(entry => entry.Key))
            .Where(name => !DocumentedOptions.Has(name));
        Assert.Empty(unknown);
        Assert.False(DocumentedOptions.Has("Inference__ModelRoots"));
    }

    [Fact]
    public void What_waits_for_health_waits_for_a_service_that_is_asked_for_it() =>
        Assert.All(
            _compose.Services.SelectMany(service => service.Value!["depends_on"].Entries()),
            dependency =>
            {
                var other = _compose.Root["services"]![dependency.Key];
                Assert.NotNull(other);
                var condition = (string?)dependency.Value!["condition"];
                Assert.Contains(condition, (string[])["service_healthy", "service_completed_successfully"]);
                Assert.True(
                    condition != "service_healthy" || other["healthcheck"]?["test"] is not null,
                    $"{dependency.Key} has no health check"
                );
                Assert.True(
                    condition != "service_completed_successfully" || (string?)other["restart"] == "no",
                    $"{dependency.Key} never ends"
                );
            }
        );

    [Fact]
    public void Addresses_name_services_of_the_file_and_the_port_that_the_images_listen_on()
    {
        var environment = _compose["search"]["environment"]!;
        Assert.Equal("http://embed:8080", (string?)environment["services__embed__http__0"]);
        Assert.Equal("http://rerank:8080", (string?)environment["services__rerank__http__0"]);
        Assert.Contains("Host=postgres;", (string?)environment["ConnectionStrings__vectors"], StringComparison.Ordinal);
        Assert.StartsWith("cache:6379,", (string?)environment["ConnectionStrings__cache"], StringComparison.Ordinal);
        Assert.Contains(
            "ASPNETCORE_HTTP_PORTS=8080",
            File.ReadAllText(Repository.PathOf("deploy", "images", "Dockerfile")),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Volumes_and_networks_are_declared()
    {
        var volumes = _compose.Root["volumes"].Entries().Select(entry => entry.Key);
        var networks = _compose.Root["networks"].Entries().Select(entry => entry.Key);
        Assert.All(
            _compose.Services,
            service =>
            {
                Assert.All(service.Value!["volumes"].Strings(), volume => Assert.Contains(volume.Split(':')[0], volumes));
                Assert.All(service.Value["networks"].Strings(), network => Assert.Contains(network, networks));
            }
        );
    }

    [Fact]
    public void The_example_has_every_variable_and_no_other() =>
        Assert.Equal(ComposeFile.Variables().Order(), ComposeFile.EnvironmentFile(ComposeFile.Folder(".env.example")).Keys.Order());

    [Fact]
    public void Without_secrets_it_is_refused()
    {
        var refused = Assert.Throws<InvalidOperationException>(() => ComposeFile.Read(new Dictionary<string, string>()));
        Assert.Contains(".env", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Images_are_targets_of_the_Dockerfile() =>
        Assert.All(
            Ours,
            name =>
            {
                var build = _compose[name]["build"]!;
                Assert.Equal("deploy/images/Dockerfile", (string?)build["dockerfile"]);
                Assert.Contains((string)build["target"]!, ImageFile.Read().Stages.Keys);
            }
        );

    [Fact]
    public void The_health_check_is_the_one_of_the_image() =>
        Assert.All(
            (string[])["search", "embed", "rerank"],
            name => Assert.Equal(ImageFile.Read().Health("service"), _compose[name]["healthcheck"]!["test"].Strings().Skip(1))
        );

    [Fact]
    public void A_draining_service_is_given_longer_than_its_longest_request() =>
        Assert.All((string[])["search", "embed", "rerank"], name => Assert.Equal("90s", (string?)_compose[name]["stop_grace_period"]));
}
