using System.Text.Json;
using Xunit;

namespace EmbedPlatform.RerankService.Tests;

/// <summary>What the service ships with.</summary>
public sealed class PackageTests
{
    [Theory]
    [InlineData("Npgsql")]
    [InlineData("StackExchange.Redis")]
    public async Task A_service_without_a_database_ships_without_its_client(string client)
    {
        var program = typeof(Program).Assembly.Location;
        await using var file = File.OpenRead(Path.ChangeExtension(program, ".deps.json"));
        using var dependencies = await JsonDocument.ParseAsync(file, cancellationToken: TestContext.Current.CancellationToken);
        var libraries = dependencies.RootElement.GetProperty("libraries").EnumerateObject().Select(library => library.Name).ToArray();

        Assert.Contains(libraries, library => library.StartsWith("EmbedPlatform.RerankService/", StringComparison.Ordinal));
        Assert.DoesNotContain(libraries, library => library.Contains(client, StringComparison.OrdinalIgnoreCase));
    }
}
