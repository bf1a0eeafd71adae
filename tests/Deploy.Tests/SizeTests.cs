using Xunit;

namespace EmbedPlatform.Deploy.Tests;

/// <summary>What a published program has beside itself.</summary>
public sealed class SizeTests(PublishedPrograms programs)
{
    private const int MostMegabytes = 80;

    [Theory]
    [InlineData("embed")]
    [InlineData("rerank")]
    [InlineData("search")]
    [InlineData("tools")]
    public async Task A_published_program_is_small_and_for_one_platform(string image)
    {
        var folder = await programs.FolderAsync(image, TestContext.Current.CancellationToken);
        var files = new DirectoryInfo(folder).GetFiles("*", SearchOption.AllDirectories);

        Assert.InRange(files.Sum(file => file.Length), 1_000_000, MostMegabytes * 1_000_000);
        Assert.False(Directory.Exists(Path.Combine(folder, "runtimes")), "natives of other platforms");
        Assert.DoesNotContain(files, file => file.Extension == ".xml");
        Assert.Equal(image != "search", files.Any(file => file.Name == "libonnxruntime.so"));
    }
}
