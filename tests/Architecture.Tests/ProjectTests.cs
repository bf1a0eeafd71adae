using Xunit;

namespace EmbedPlatform.Architecture.Tests;

/// <summary>Projects depend on each other in one direction.</summary>
public sealed class ProjectTests
{
    [Theory]
    [InlineData("Client", "")]
    [InlineData("Inference", "")]
    [InlineData("ServiceDefaults", "")]
    [InlineData("ModelServiceDefaults", "Inference ServiceDefaults")]
    [InlineData("EmbedService", "Inference ModelServiceDefaults ServiceDefaults")]
    [InlineData("RerankService", "Inference ModelServiceDefaults ServiceDefaults")]
    [InlineData("SearchApi", "Client ServiceDefaults")]
    [InlineData("AppHost", "")]
    [InlineData("Cli", "Client Inference")]
    public void A_project_uses_these_alone(string name, string allowed) =>
        Assert.Empty(new Project(name).References().Except(allowed.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
}
