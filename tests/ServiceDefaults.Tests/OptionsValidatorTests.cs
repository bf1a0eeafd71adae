using System.ComponentModel.DataAnnotations;
using EmbedPlatform.ServiceDefaults.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace EmbedPlatform.ServiceDefaults.Tests;

public sealed class OptionsValidatorTests
{
    [Theory]
    [InlineData("Oven:Degrees", "400", "Oven:Degrees must be from 0 to 300, not 400")]
    [InlineData("Oven:Pause", "00:00:02", "Oven:Pause must be from 00:00:00 to 00:00:01, not 00:00:02")]
    [InlineData("Oven:Fan:Name", "", "Oven:Fan:Name must not be empty")]
    public void An_invalid_value_is_refused_with_the_options_name_and_what_is_allowed(string option, string value, string message) =>
        Assert.Equal(message, Refusal((option, value)));

    [Theory]
    [InlineData("Oven:Degree")]
    [InlineData("Oven:Fan:Named")]
    [InlineData("Oven:Trays:0:Height")]
    [InlineData("Oven:Summary")]
    public void A_name_that_no_option_has_is_refused(string option) =>
        Assert.Equal($"{option} is not an option; docs/configuration.md lists all of them", Refusal((option, "1")));

    [Fact]
    public void A_former_name_is_refused_with_the_current_one() =>
        Assert.Equal("Oven:Heat is now Oven:Degrees", Refusal(("Oven:Heat", "200")));

    [Fact]
    public void Every_problem_is_reported_at_once() =>
        Assert.Equal(2, Assert.Throws<OptionsValidationException>(() => Read(("Oven:Heat", "1"), ("Oven:Degrees", "-1"))).Failures.Count());

    [Fact]
    public void Valid_options_are_bound_whatever_the_case_of_their_names()
    {
        var oven = Read(("oven:degrees", "200"), ("OVEN:FAN:NAME", "big"), ("Oven:Trays:0:Width", "3"), ("Oven:Guests:anything", "x"));

        Assert.Equal((200, "big", 3), (oven.Degrees, oven.Fan.Name, Assert.Single(oven.Trays).Width));
    }

    [Fact]
    public async Task A_service_accepts_the_AppHosts_limits_in_the_environment_it_inherits_and_refuses_other_names_beside_them()
    {
        await using var started = await SampleService.StartAsync(options: ["--Limits:Embed:Cores=2", "--Calls:embed:MaxAttempts=2"]);

        var wrong = await Assert.ThrowsAsync<OptionsValidationException>(() => SampleService.StartAsync(options: ["--Limits:Cores=2"]));
        Assert.StartsWith("Limits:Cores is not an option", Assert.Single(wrong.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Options_of_calls_to_one_service_are_checked_like_those_of_all()
    {
        var wrong = await Assert.ThrowsAsync<OptionsValidationException>(() =>
            SampleService.StartAsync(options: ["--Calls:embed:LongestWaitSeconds=2"])
        );

        Assert.Equal("Calls:embed:LongestWaitSeconds is now Calls:embed:MaxRetryAfterSeconds", Assert.Single(wrong.Failures));
    }

    private static string Refusal((string, string) option) =>
        Assert.Single(Assert.Throws<OptionsValidationException>(() => Read(option)).Failures);

    private static OvenOptions Read(params (string Name, string Value)[] options)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(
            new ConfigurationBuilder()
                .AddInMemoryCollection(options.Select(option => KeyValuePair.Create(option.Name, (string?)option.Value)))
                .Build()
        );
        services.AddPlatformOptions<OvenOptions>(
            "Oven",
            new Dictionary<string, string> { ["Heat"] = nameof(OvenOptions.Degrees) },
            child => child.Key == "Guests"
        );
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<OvenOptions>>().Value;
    }

    private sealed class OvenOptions
    {
        [Range(0, 300)]
        public int Degrees { get; set; }

        [Range(typeof(TimeSpan), "00:00:00", "00:00:01")]
        public TimeSpan Pause { get; set; }

        public FanOptions Fan { get; set; } = new();

        public IList<TrayOptions> Trays { get; } = [];

        public string Summary => $"{Degrees} degrees";
    }

    private sealed class FanOptions
    {
        [Required]
        public string Name { get; set; } = "small";
    }

    private sealed class TrayOptions
    {
        public int Width { get; set; }
    }
}
