using System.Net;
using EmbedPlatform.ServiceDefaults.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Xunit;

namespace EmbedPlatform.ServiceDefaults.Tests;

public sealed class ApiKeyStartTests
{
    private const string Hash = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae";

    [Theory]
    [InlineData("urls", "http://0.0.0.0:5000")]
    [InlineData("urls", "http://localhost:5000;http://*:5001")]
    [InlineData("urls", "http://[::]:5000")]
    [InlineData("urls", "http://embed.example:5000")]
    [InlineData("http_ports", "8080")]
    [InlineData("Kestrel:Endpoints:Http:Url", "http://10.1.2.3:80")]
    public void BeyondLoopback_WithoutAKey_TheServiceDoesNotStart_AndSaysWhichOptionToSet(string option, string value)
    {
        var wrong = Assert.Throws<OptionsValidationException>(() => OptionsOf((option, value)));

        var line = Assert.Single(wrong.Failures);
        Assert.Contains("ApiKeys:Keys:0", line);
        Assert.Contains("ApiKeys:Required=false", line);
    }

    [Theory]
    [InlineData("http://127.0.0.1:0")]
    [InlineData("http://localhost:5000")]
    [InlineData("http://[::1]:5000")]
    [InlineData("http://unix:/run/embed.sock")]
    [InlineData("")]
    public void OnLoopback_NoKeyIsNeeded(string urls) => Assert.False(OptionsOf(("urls", urls)).Enforced);

    [Fact]
    public void BeyondLoopback_SwitchedOffExplicitly_NoKeyIsNeeded() =>
        Assert.False(OptionsOf(("urls", "http://*:80"), ("ApiKeys:Required", "false")).Enforced);

    [Fact]
    public void BeyondLoopback_WithAKey_ItIsNeeded() => Assert.True(OptionsOf(
        ("urls", "http://*:80"), ("ApiKeys:Keys:0:Name", "a"), ("ApiKeys:Keys:0:Hash", Hash), ("ApiKeys:Keys:0:Scopes", "embed")).Enforced);

    [Theory]
    [InlineData("", Hash, "embed", "Name")]
    [InlineData("a", "foo", "embed", "Hash")]
    [InlineData("a", Hash, "", "Scopes")]
    [InlineData("a", Hash, "embed, everything", "Scopes")]
    public void AWrongKey_IsNamed_AndNotRepeated(string name, string hash, string scopes, string field)
    {
        var wrong = Assert.Throws<OptionsValidationException>(() => OptionsOf(
            ("ApiKeys:Keys:0:Name", name), ("ApiKeys:Keys:0:Hash", hash), ("ApiKeys:Keys:0:Scopes", scopes)));

        Assert.StartsWith($"ApiKeys:Keys:0:{field} must", Assert.Single(wrong.Failures));
        Assert.DoesNotContain("foo", wrong.Message);
    }

    [Fact]
    public async Task AnAddressBeyondLoopback_ThatOnlyTheCodeKnows_EndsTheService()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Any, 0));
        builder.AddServiceDefaults();
        await using var app = builder.Build();
        app.MapDefaultEndpoints();
        var exitCode = Environment.ExitCode;

        await app.RunAsync(TestContext.Current.CancellationToken);

        Assert.Equal(1, Environment.ExitCode);
        Environment.ExitCode = exitCode;
    }

    private static ApiKeyOptions OptionsOf(params (string Key, string Value)[] settings)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build());
        services.AddApiKeys();
        return services.BuildServiceProvider().GetRequiredService<IOptions<ApiKeyOptions>>().Value;
    }
}
