using System.Text.Json.Nodes;
using EmbedPlatform.ServiceDefaults.Http;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.Deploy.Tests;

/// <summary>deploy/kubernetes, as rendered: what refers to what, probes, limits, hardening.</summary>
public sealed class KubernetesTests : IAsyncLifetime
{
    private IReadOnlyList<JsonNode> _manifests = [];

    public async ValueTask InitializeAsync() => _manifests = await Manifests.RenderAsync("complete");

    public ValueTask DisposeAsync() => default;

    [Theory]
    [InlineData("embed")]
    [InlineData("rerank")]
    [InlineData("search")]
    public void A_service_is_probed_on_the_routes_that_it_has(string service)
    {
        var container = _manifests.The("Deployment", service)["spec"]!["template"]!["spec"]!["containers"]![0]!;
        Assert.Equal(HealthEndpoints.Alive, (string?)container["livenessProbe"]!["httpGet"]!["path"]);
        Assert.Equal(HealthEndpoints.Ready, (string?)container["readinessProbe"]!["httpGet"]!["path"]);
        Assert.Equal(HealthEndpoints.Ready, (string?)container["startupProbe"]!["httpGet"]!["path"]);
        var port = Assert.Single(container["ports"].Items());
        Assert.Equal(("http", "8080"), ((string)port["name"]!, (string)port["containerPort"]!));
        Assert.All(
            (string[])["livenessProbe", "readinessProbe", "startupProbe"],
            probe => Assert.Equal("http", (string?)container[probe]!["httpGet"]!["port"])
        );
    }

    [Theory]
    [InlineData("embed")]
    [InlineData("rerank")]
    [InlineData("search")]
    public void Limits_are_those_of_compose(string service)
    {
        var composed = ComposeFile.Defaults()[service]["deploy"]!["resources"]!["limits"]!;
        var limits = _manifests.The("Deployment", service)["spec"]!["template"]!["spec"]!["containers"]![0]!["resources"]!["limits"]!;
        Assert.Equal((string?)composed["cpus"], (string?)limits["cpu"]);
        // Compose's G is Kubernetes' Gi.
        Assert.Equal((string?)composed["memory"] + "i", (string?)limits["memory"]);
    }

    [Theory]
    [InlineData("embed")]
    [InlineData("rerank")]
    [InlineData("search")]
    public void Every_variable_of_a_service_is_an_option_that_exists_and_compose_sets_it_too(string service)
    {
        var names = _manifests.The("Deployment", service)["spec"]!["template"]!["spec"]!["containers"]![0]!
            ["env"]
            .Items()
            .Select(one => (string)one["name"]!)
            .ToList();
        Assert.NotEmpty(names);
        Assert.DoesNotContain(names, name => !DocumentedOptions.Has(name));
        // The second key is Prometheus's, telemetry goes where a cluster sends it, and the images listen on the port that Aspire says
        // once more.
        var composed = ComposeFile
            .Defaults()[service]["environment"]
            .Entries()
            .Select(entry => entry.Key)
            .Except(["OTEL_EXPORTER_OTLP_ENDPOINT"]);
        Assert.Equal(composed.Order(), names.Where(name => !name.StartsWith("ApiKeys__Keys__1__", StringComparison.Ordinal)).Order());
    }

    [Fact]
    public void Every_pod_keeps_the_restricted_profile_on_a_read_only_file_system() =>
        Assert.All(
            _manifests.Pods(),
            owned =>
            {
                var pod = owned.Pod["spec"]!;
                Assert.Equal("true", (string?)pod["securityContext"]!["runAsNonRoot"]);
                Assert.NotEqual("0", (string?)pod["securityContext"]!["runAsUser"]);
                Assert.Equal("RuntimeDefault", (string?)pod["securityContext"]!["seccompProfile"]!["type"]);
                Assert.All(
                    owned.Pod.Containers(),
                    container =>
                    {
                        Assert.Equal("true", (string?)container["securityContext"]!["readOnlyRootFilesystem"]);
                        Assert.Equal("false", (string?)container["securityContext"]!["allowPrivilegeEscalation"]);
                        Assert.Equal(["ALL"], container["securityContext"]!["capabilities"]!["drop"].Strings());
                        Assert.NotNull(container["resources"]?["limits"]?["memory"]);
                    }
                );
            }
        );

    [Fact]
    public void A_service_of_the_cluster_takes_pods_and_names_a_port_of_theirs() =>
        Assert.All(
            _manifests.OfKind("Service"),
            service =>
            {
                var (_, pod) = Assert.Single(
                    _manifests.Pods(),
                    owned => new JsonObject { ["matchLabels"] = service["spec"]!["selector"]!.DeepClone() }.Takes(owned.Pod)
                );
                var names = pod["spec"]!["containers"]![0]!["ports"].Items().Select(port => (string?)port["name"]);
                Assert.All(service["spec"]!["ports"].Items(), port => Assert.Contains((string?)port["targetPort"], names));
            }
        );

    [Fact]
    public void SearchApi_goes_to_services_of_the_cluster()
    {
        var environment = _manifests.The("Deployment", "search")["spec"]!["template"]!["spec"]!["containers"]![0]!["env"].Items();
        foreach (var name in (string[])["embed", "rerank"])
        {
            var address = new Uri((string)environment.Single(one => (string?)one["name"] == $"services__{name}__http__0")["value"]!);
            Assert.Equal(
                address.Port.ToString(null as IFormatProvider),
                (string?)_manifests.The("Service", address.Host)["spec"]!["ports"]![0]!["port"]
            );
        }
    }

    [Fact]
    public void The_autoscalers_follow_the_queue_that_the_engine_reports()
    {
        var engine = File.ReadAllText(Repository.PathOf("Inference", "Execution", "InferenceTelemetry.cs"));
        Assert.All(
            (string[])["embed", "rerank"],
            name =>
            {
                var scaler = _manifests.The("HorizontalPodAutoscaler", name)["spec"]!;
                Assert.Equal(name, (string?)scaler["scaleTargetRef"]!["name"]);
                var metric = (string)Assert.Single(scaler["metrics"].Items())["pods"]!["metric"]!["name"]!;
                Assert.Equal("embedplatform_inference_queued_tokens", metric);
                Assert.Contains("\"embedplatform.inference.queued_tokens\"", engine, StringComparison.Ordinal);
                Assert.Contains(
                    $"^{metric}$",
                    File.ReadAllText(Repository.PathOf("deploy", "kubernetes", "monitoring", "prometheus-adapter.values.yaml")),
                    StringComparison.Ordinal
                );
                Assert.Null(_manifests.The("Deployment", name)["spec"]!["replicas"]);
            }
        );
    }

    [Fact]
    public void Budgets_and_policies_take_pods_that_exist()
    {
        Assert.Equal(["embed", "rerank", "search"], _manifests.OfKind("PodDisruptionBudget").Select(Manifests.Name).Order());
        Assert.All(
            _manifests.OfKind("PodDisruptionBudget"),
            budget => Assert.Single(_manifests.Pods(), owned => budget["spec"]!["selector"].Takes(owned.Pod))
        );
        Assert.All(
            _manifests.Pods(),
            owned => Assert.Single(_manifests.OfKind("NetworkPolicy"), policy => policy["spec"]!["podSelector"].Takes(owned.Pod))
        );
    }

    [Fact]
    public void Mounts_claims_and_secret_keys_exist()
    {
        var secret = Assert.Single(_manifests.OfKind("Secret"));
        var keys = secret["data"].Entries().Select(entry => entry.Key).ToList();
        var references = _manifests
            .Pods()
            .SelectMany(owned => owned.Pod.Containers())
            .SelectMany(container => container["env"].Items())
            .Select(one => one["valueFrom"]?["secretKeyRef"])
            .OfType<JsonNode>()
            .Concat(
                _manifests.OfKind("ServiceMonitor").Select(monitor => monitor["spec"]!["endpoints"]![0]!["authorization"]!["credentials"]!)
            );
        Assert.All(
            references,
            reference =>
            {
                Assert.Equal(secret.Name(), (string?)reference["name"]);
                Assert.Contains((string?)reference["key"], keys);
            }
        );
        Assert.All(
            _manifests.OfKind("Deployment"),
            owner =>
            {
                var pod = owner["spec"]!["template"]!;
                var volumes = pod["spec"]!["volumes"].Items().ToDictionary(volume => (string)volume["name"]!);
                Assert.All(
                    pod.Containers().SelectMany(container => container["volumeMounts"].Items()),
                    mount => Assert.Contains((string)mount["name"]!, volumes.Keys)
                );
                Assert.All(
                    volumes.Values.Select(volume => volume["persistentVolumeClaim"]?["claimName"]).OfType<JsonNode>(),
                    claim => Assert.Contains((string)claim!, _manifests.OfKind("PersistentVolumeClaim").Select(Manifests.Name))
                );
            }
        );
    }

    [Fact]
    public async Task On_a_single_node_nothing_scales_and_nothing_asks_for_a_shared_volume()
    {
        var single = await Manifests.RenderAsync("single-node");
        Assert.Empty(single.OfKind("HorizontalPodAutoscaler", "ServiceMonitor"));
        Assert.Equal(["ReadWriteOnce"], single.The("PersistentVolumeClaim", "models")["spec"]!["accessModes"].Strings());
        Assert.Equal(
            "2",
            (string?)single.The("Deployment", "embed")["spec"]!["template"]!["spec"]!["containers"]![0]!["resources"]!["limits"]!["cpu"]
        );
    }
}
