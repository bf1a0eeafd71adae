using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Xunit;

namespace EmbedPlatform.StandIns.Tests.Hosting;

public sealed class DashboardTests
{
    // Any file will do: nothing is started.
    private static readonly string Program = typeof(DashboardTests).Assembly.Location;

    [Fact]
    public async Task A_dashboard_that_is_there_becomes_a_resource_with_a_key_at_each_of_its_doors()
    {
        var (builder, environment) = await BuiltAsync(DistributedArguments());

        var (token, otlp, api) = (builder.Configuration["AppHost:BrowserToken"], builder.Configuration["AppHost:OtlpApiKey"], builder.Configuration["AppHost:DashboardApiKey"]);
        Assert.All((string?[])[token, otlp, api], key => Assert.Matches("^[0-9a-f]{32}$", key));
        Assert.Equal(("BrowserToken", token), (environment["DASHBOARD__FRONTEND__AUTHMODE"], environment["DASHBOARD__FRONTEND__BROWSERTOKEN"]));
        Assert.Equal(("ApiKey", otlp), (environment["DASHBOARD__OTLP__AUTHMODE"], environment["DASHBOARD__OTLP__PRIMARYAPIKEY"]));
        Assert.Equal(("ApiKey", api), (environment["DASHBOARD__API__AUTHMODE"], environment["DASHBOARD__API__PRIMARYAPIKEY"]));
        Assert.Equal("http://localhost:18111", environment["ASPNETCORE_URLS"]);
        Assert.Equal("http://localhost:18112", environment["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"]);
    }

    [Fact]
    public async Task Keys_that_are_given_are_used()
    {
        var (builder, environment) = await BuiltAsync(
            DistributedArguments("--AppHost:OtlpApiKey=a", "--AppHost:DashboardApiKey=b", "--ASPIRE_DASHBOARD_FRONTEND_BROWSERTOKEN=c"));

        Assert.Equal("c", builder.Configuration["AppHost:BrowserToken"]);
        Assert.Equal(
            ("c", "a", "b"), (environment["DASHBOARD__FRONTEND__BROWSERTOKEN"], environment["DASHBOARD__OTLP__PRIMARYAPIKEY"], environment["DASHBOARD__API__PRIMARYAPIKEY"]));
    }

    [Fact]
    public async Task Nobody_needs_a_key_where_the_user_says_so()
    {
        var (_, environment) = await BuiltAsync(DistributedArguments("--ASPIRE_DASHBOARD_UNSECURED_ALLOW_ANONYMOUS=true"));

        Assert.All((string[])["FRONTEND", "OTLP", "API"], door => Assert.Equal("Unsecured", environment[$"DASHBOARD__{door}__AUTHMODE"]));
    }

    [Fact]
    public void An_insecure_address_has_to_be_allowed()
    {
        var builder = DistributedApplication.CreateBuilder(DistributedArguments("--ASPIRE_ALLOW_UNSECURED_TRANSPORT=false"));

        var failure = Assert.Throws<DistributedApplicationException>(builder.Build);

        Assert.Contains("ASPIRE_ALLOW_UNSECURED_TRANSPORT", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void There_is_none_where_it_is_unwanted_or_its_program_is_missing(bool disabled, bool missing)
    {
        var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions
        {
            Args = [.. DistributedArguments(), .. missing ? ["--ASPIRE_DASHBOARD_PATH=/no/such/file"] : Array.Empty<string>()],
            DisableDashboard = disabled,
        });

        using var app = builder.Build();

        Assert.DoesNotContain(builder.Resources, resource => resource.Name == "aspire-dashboard");
        Assert.Null(builder.Configuration["AppHost:BrowserToken"]);
    }

    private static string[] DistributedArguments(params string[] more) =>
    [
        $"--ASPIRE_DASHBOARD_PATH={Program}",
        "--ASPNETCORE_URLS=http://localhost:18111",
        "--ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL=http://localhost:18112",
        "--ASPIRE_ALLOW_UNSECURED_TRANSPORT=true",
        .. more,
    ];

    private static async Task<(IDistributedApplicationBuilder Builder, Dictionary<string, object> Environment)> BuiltAsync(string[] args)
    {
        var builder = DistributedApplication.CreateBuilder(args);
        using var app = builder.Build();
        var dashboard = builder.Resources.Single(resource => resource.Name == "aspire-dashboard");
        var context = new EnvironmentCallbackContext(builder.ExecutionContext);
        foreach (var annotation in dashboard.Annotations.OfType<EnvironmentCallbackAnnotation>())
        {
            await annotation.Callback(context);
        }

        return (builder, context.EnvironmentVariables);
    }
}
