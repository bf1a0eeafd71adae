using System.Security.Cryptography;
using System.Text;

namespace EmbedPlatform.Cli.Tests.CommandLine;

public sealed class KeysTests
{
    [Fact]
    public async Task ANewKey_IsPrintedWithTheSettingsByWhichAServiceKnowsIt()
    {
        var run = await CommandRun.OfAsync("keys", "new", "--name", "ada", "--scopes", "embed,metrics");

        var lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var key = lines[0].Split(' ')[^1];
        Assert.Matches("^ep_[A-Za-z0-9_-]{43}$", key);
        Assert.Equal(
            [
                "ApiKeys__Keys__0__Name=ada",
                $"ApiKeys__Keys__0__Hash={Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))}",
                "ApiKeys__Keys__0__Scopes=embed,metrics",
            ],
            lines[1..]
        );
    }

    [Fact]
    public async Task TwoKeysDiffer()
    {
        var first = await CommandRun.OfAsync("keys", "new");
        var second = await CommandRun.OfAsync("keys", "new");

        Assert.NotEqual(first.Output, second.Output);
    }
}
