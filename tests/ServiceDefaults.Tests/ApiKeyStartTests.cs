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
    public void Beyond_loopback_without_a_key_the_service_does_not_start_and_names_the_option_to_set(string option, string value)
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
    public void On_loopback_no_key_is_needed(string urls) => Assert.False(OptionsOf(("urls", urls)).Enforced);

    [Fact]
    public void Beyond_loopback_no_key_is_needed_if_keys_are_disabled_explicitly() =>
        Assert.False(OptionsOf(("urls", "http://*:80"), ("ApiKeys:Required", "false")).Enforced);

    [Fact]
    public void Beyond_loopback_a_configured_key_is_needed() =>
        Assert.True(
            OptionsOf(
                ("urls", "http://*:80"),
                ("ApiKeys:Keys:0:Name", "a"),
                ("ApiKeys:Keys:0:Hash", Hash),
                ("ApiKeys:Keys:0:Scopes", "embed")
            ).Enforced
        );

    [Theory]
    [InlineData("", Hash, "embed", "Name")]
    [InlineData("a", "foo", "embed", "Hash")]
    [InlineData("a", Hash, "", "Scopes")]
    [InlineData("a", Hash, "embed, everything", "Scopes")]
    public void An_invalid_key_is_reported_by_its_path_without_its_value(string name, string hash, string scopes, string field)
    {
        var wrong = Assert.Throws<OptionsValidationException>(() =>
            OptionsOf(("ApiKeys:Keys:0:Name", name), ("ApiKeys:Keys:0:Hash", hash), ("ApiKeys:Keys:0:Scopes", scopes))
        );

        Assert.StartsWith($"ApiKeys:Keys:0:{field} must", Assert.Single(wrong.Failures));
        Assert.DoesNotContain("foo", wrong.Message);
    }

    [Fact]
    public async Task An_address_beyond_loopback_set_in_code_ends_the_service()
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
        services.AddSingleton<IConfiguration>(
            new ConfigurationBuilder()
                .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)))
                .Build()
        );
        services.AddApiKeys();
        return services.BuildServiceProvider().GetRequiredService<IOptions<ApiKeyOptions>>().Value;
    }
}
