using System.Net;
using System.Net.Sockets;
using EmbedPlatform.ServiceDefaults.LoadBalancing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmbedPlatform.ServiceDefaults.Tests.LoadBalancing;

/// <summary>When a host name is several replicas. The name server is the test's: the machine's own knows no such names.</summary>
public sealed class HostAddressTests
{
    private readonly FakeTimeProvider _clock = new();
    private int _asked;
    private Func<IPAddress[]> _answer = () => [];

    [Fact]
    public async Task A_name_with_several_addresses_is_as_many_replicas_in_an_order_that_does_not_change()
    {
        _answer = () => [IPAddress.Parse("10.0.0.2"), IPAddress.Parse("10.0.0.1")];

        Assert.Equal(["http://10.0.0.1:8080/", "http://10.0.0.2:8080/"], await FindAsync("http://embed:8080"));
    }

    [Fact]
    public async Task A_machine_with_an_address_of_each_family_is_one()
    {
        _answer = () => [IPAddress.Parse("fd00::1"), IPAddress.Parse("10.0.0.1")];

        Assert.Equal(["http://embed:8080/"], await FindAsync("http://embed:8080"));
    }

    [Theory]
    [InlineData("http://127.0.0.1:8080/")]
    [InlineData("http://localhost:8080/")]
    [InlineData("https://embed:8443/")]
    public async Task Addresses_loopback_and_names_with_a_certificate_are_left_as_they_are(string address)
    {
        Assert.Equal([address], await FindAsync(address));
        Assert.Equal(0, _asked);
    }

    [Fact]
    public async Task A_name_is_resolved_again_after_a_few_seconds_and_a_DNS_failure_changes_nothing()
    {
        var hosts = Hosts();
        _answer = () => [IPAddress.Parse("10.0.0.1"), IPAddress.Parse("10.0.0.2")];
        await FindAsync("http://embed:8080", hosts);
        await FindAsync("http://embed:8080", hosts);
        Assert.Equal(1, _asked);

        _answer = () => throw new SocketException((int)SocketError.TryAgain);
        _clock.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(2, (await FindAsync("http://embed:8080", hosts)).Count);

        _answer = () => [.. Enumerable.Range(1, 3).Select(i => IPAddress.Parse($"10.0.0.{i}"))];
        _clock.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(3, (await FindAsync("http://embed:8080", hosts)).Count);
        Assert.Equal(3, _asked);
    }

    private async Task<List<string>> FindAsync(string address, HostAddresses? hosts = null) =>
        [.. (await (hosts ?? Hosts()).ResolveAsync(new Uri(address), TestContext.Current.CancellationToken)).Select(one => one.ToString())];

    private HostAddresses Hosts() =>
        new(
            _clock,
            (_, _) =>
            {
                _asked++;
                return Task.FromResult(_answer());
            }
        );
}
