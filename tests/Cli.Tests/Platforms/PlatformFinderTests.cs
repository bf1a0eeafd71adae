using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Cli.Platforms;
using EmbedPlatform.TestKit;

namespace EmbedPlatform.Cli.Tests.Platforms;

[Trait("Needs", "processes")]
public sealed class PlatformFinderTests : IDisposable
{
    private readonly TemporaryFolder _data = new();
    private readonly Dictionary<string, string> _environment = [];

    [Fact]
    public void Options_come_before_the_environment_and_the_environment_before_the_file()
    {
        WriteEndpoints(Environment.ProcessId);
        Assert.Equal(new Uri("http://file:1"), Find(Endpoints.None).Search);

        _environment["EMBEDPLATFORM_SEARCH_URL"] = "http://environment:1";
        Assert.Equal(new Uri("http://environment:1"), Find(Endpoints.None).Search);

        Assert.Equal(new Uri("http://option:1"), Find(new Endpoints(new Uri("http://option:1"), null, null)).Search);
    }

    [Fact]
    public void Each_service_is_looked_for_in_options_then_environment()
    {
        _environment["EMBEDPLATFORM_SEARCH_URL"] = "http://environment:1";
        _environment["EMBEDPLATFORM_EMBED_URL"] = "http://environment:2";

        var found = Find(new Endpoints(new Uri("http://option:1"), null, null));

        Assert.Equal(new Endpoints(new Uri("http://option:1"), new Uri("http://environment:2"), null), found);
    }

    [Fact]
    public void Who_names_one_service_does_not_get_another_platforms_services_for_the_rest()
    {
        WriteEndpoints(Environment.ProcessId);

        Assert.Null(Find(new Endpoints(new Uri("http://option:1"), null, null)).Embed);
    }

    [Fact]
    public async Task A_file_that_a_killed_platform_left_behind_does_not_count()
    {
        var ended = Programs.RunAsync("true", []);
        await ended;
        WriteEndpoints(ended.ProcessId);

        Assert.Contains("./run", Assert.Throws<CommandException>(() => Find(Endpoints.None)).Message);
    }

    [Fact]
    public void A_file_older_than_the_process_that_has_its_writers_number_now_does_not_count()
    {
        File.SetLastWriteTimeUtc(WriteEndpoints(Environment.ProcessId), DateTime.UtcNow.AddDays(-30));

        Assert.Throws<CommandException>(() => Find(Endpoints.None));
    }

    [Fact]
    public void A_file_that_is_something_else_is_named()
    {
        var file = _data.Write("run/endpoints.json", "not JSON");

        Assert.Contains(file, Assert.Throws<CommandException>(() => Find(Endpoints.None)).Message);
    }

    [Fact]
    public void A_wrong_address_in_the_environment_is_named()
    {
        _environment["EMBEDPLATFORM_RERANK_URL"] = "localhost";

        Assert.Contains("EMBEDPLATFORM_RERANK_URL", Assert.Throws<CommandException>(() => Find(Endpoints.None)).Message);
    }

    public void Dispose() => _data.Dispose();

    private Endpoints Find(Endpoints given) => PlatformFinder.Find(given, name => _environment.GetValueOrDefault(name), _data.Path);

    private string WriteEndpoints(int pid) =>
        _data.Write(
            "run/endpoints.json",
            $$"""{"search": "http://file:1", "embed": "http://file:2", "rerank": "http://file:3", "pid": {{pid}}}"""
        );
}
