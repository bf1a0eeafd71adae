using EmbedPlatform.ServiceDefaults.LoadBalancing;
using EmbedPlatform.TestKit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace EmbedPlatform.ServiceDefaults.Tests.LoadBalancing;

/// <summary>What service discovery says of names, as the configuration has them.</summary>
public sealed class ServiceAddressTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("http://embed/info", "http://10.0.0.1:8080/", "http://10.0.0.2:8080/")]
    [InlineData("https+http://embed/info", "http://10.0.0.1:8080/", "http://10.0.0.2:8080/")]
    [InlineData("https+http://both/info", "https://10.0.1.1:8443/")]
    [InlineData("http://both/info", "http://10.0.1.2:8080/")]
    [InlineData("http://_admin.both/info", "http://10.0.1.3:9090/")]
    [InlineData("http://below/info", "http://10.0.2.1:8080/base")]
    [InlineData("http://bare/info", "http://10.0.3.1:7000/")]
    [InlineData("http://six/info", "http://[fd00::1]:8080/")]
    public async Task A_service_has_the_configured_address(string call, params string[] addresses)
    {
        await using var services = Services(
            ("services:embed:http:0", "http://10.0.0.1:8080"),
            ("services:embed:http:1", "http://10.0.0.2:8080"),
            ("services:both:https:0", "https://10.0.1.1:8443"),
            ("services:both:http:0", "http://10.0.1.2:8080"),
            ("services:both:admin:0", "http://10.0.1.3:9090"),
            ("services:below:http:0", "http://10.0.2.1:8080/base"),
            ("services:bare:http:0", "10.0.3.1:7000"),
            ("services:six:http:0", "http://[fd00::1]:8080")
        );

        Assert.Equal(addresses, await FindAsync(services, call));
    }

    [Theory]
    [InlineData("http://nobody/info", "http://nobody/")]
    [InlineData("http://nobody:8080/info", "http://nobody:8080/")]
    [InlineData("https+http://nobody/info", "http://nobody/")]
    [InlineData("http://127.0.0.1:8080/info", "http://127.0.0.1:8080/")]
    [InlineData("http://[::1]:8080/info", "http://[::1]:8080/")]
    public async Task A_name_that_the_configuration_lacks_is_a_host(string call, string address)
    {
        await using var services = Services();

        Assert.Equal([address], await FindAsync(services, call));
    }

    [Fact]
    public async Task A_replica_that_is_added_is_found_without_a_restart()
    {
        await using var services = Services(("services:embed:http:0", "http://10.0.0.1:8080"));
        var configuration = (IConfigurationRoot)services.GetRequiredService<IConfiguration>();
        Assert.Equal(["http://10.0.0.1:8080/"], await FindAsync(services, "http://embed"));

        configuration["services:embed:http:1"] = "http://10.0.0.2:8080";
        configuration.Reload();

        var found = await Eventually.BecomesAsync(
            () => FindAsync(services, "http://embed"),
            found => found.Length == 2,
            "the second replica is found"
        );
        Assert.Equal(["http://10.0.0.1:8080/", "http://10.0.0.2:8080/"], found);
    }

    [Fact]
    public async Task A_call_to_an_unknown_name_fails_with_the_name()
    {
        await using var service = await SampleService.StartAsync(options: ["--Calls:MaxAttempts=1"]);
        using var client = service.Services.GetRequiredService<IHttpClientFactory>().CreateClient();

        var failure = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync("http://nobody.invalid/info", Cancellation));

        Assert.Equal(HttpRequestError.NameResolutionError, failure.HttpRequestError);
        Assert.Contains("nobody.invalid", failure.Message);
    }

    private static ServiceProvider Services(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)))
            .Build();
        return new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration)
            .AddLogging()
            .AddServiceCalls(configuration)
            .BuildServiceProvider();
    }

    private static async Task<string[]> FindAsync(IServiceProvider services, string call) =>
        [
            .. (await services.GetRequiredService<ServiceAddresses>().FindAsync(new Uri(call), resolveHosts: false, Cancellation)).Select(
                address => address.ToString()
            ),
        ];
}
