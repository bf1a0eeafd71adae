using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.Deploy.Tests;

/// <summary>deploy/images/Dockerfile, as far as it can be known without a container engine.</summary>
public sealed class ImageTests
{
    private readonly ImageFile _file = ImageFile.Read();

    public static TheoryData<string, string, string> Images =>
        new()
        {
            { "embed", "EmbedService", "EmbedPlatform.EmbedService.dll" },
            { "rerank", "RerankService", "EmbedPlatform.RerankService.dll" },
            { "search", "SearchApi", "EmbedPlatform.SearchApi.dll" },
            { "tools", "Cli", "embedctl.dll" },
        };

    [Theory]
    [MemberData(nameof(Images))]
    public void An_image_runs_its_program_as_process_1(string image, string project, string program)
    {
        Assert.Equal(["dotnet", program], ImageFile.Words(_file.Last(image, "ENTRYPOINT")));
        Assert.Contains(
            _file.Stages[image].Instructions,
            one => one is { Name: "COPY" } && one.Arguments == $"--from={image}-build /out /app"
        );
        Assert.Contains(
            _file.Stages[$"{image}-build"].Instructions,
            one => one.Arguments.Contains($"dotnet publish {project} ", StringComparison.Ordinal)
        );
        Assert.True(File.Exists(Repository.PathOf(project, $"{project}.csproj")));
    }

    [Theory]
    [InlineData("embed")]
    [InlineData("rerank")]
    [InlineData("search")]
    [InlineData("tools")]
    public void An_image_has_a_user_that_is_not_root_by_number_and_no_shell(string image)
    {
        Assert.Equal("1654:1654", _file.Last(image, "USER"));
        Assert.Contains("-chiseled", _file.Stages["base"].From, StringComparison.Ordinal);
        Assert.DoesNotContain(_file.Inherited(image), one => one.Name == "RUN");
    }

    [Fact]
    public void Services_have_a_health_check_that_needs_no_shell()
    {
        var probe = _file.Health("embed");
        Assert.Equal(["dotnet", "/probe/EmbedPlatform.HealthProbe.dll"], probe);
        Assert.Contains(_file.Inherited("embed"), one => one is { Name: "COPY", Arguments: "--from=probe /out /probe" });
    }

    [Fact]
    public void Stages_copy_from_stages_that_exist()
    {
        var sources = _file
            .Stages.Values.SelectMany(stage => stage.Instructions)
            .Where(one => one.Name == "COPY")
            .SelectMany(one => one.Arguments.Split(' '))
            .Where(word => word.StartsWith("--from=", StringComparison.Ordinal))
            .Select(word => word["--from=".Length..]);
        Assert.All(sources, source => Assert.Contains(source, _file.Stages.Keys));
    }

    [Fact]
    public void What_the_images_are_built_from_reaches_the_builder()
    {
        var ignored = File.ReadAllLines(Repository.PathOf(".dockerignore")).Where(line => line.Length > 0 && line[0] != '#').ToHashSet();
        Assert.All(
            (string[])
                [
                    "EmbedService",
                    "RerankService",
                    "SearchApi",
                    "Cli",
                    "Client",
                    "Inference",
                    "ModelServiceDefaults",
                    "ServiceDefaults",
                    "deploy",
                    "deploy/images",
                    "models",
                    "models/mini-rerank",
                ],
            folder =>
            {
                Assert.True(Directory.Exists(Repository.PathOf(folder)));
                Assert.DoesNotContain(folder, ignored);
            }
        );
        Assert.Contains("**/.env", ignored);
    }
}
