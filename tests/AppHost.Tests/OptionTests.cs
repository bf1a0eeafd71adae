using System.Net;
using System.Net.Sockets;
using EmbedPlatform.AppHost.Backing;
using EmbedPlatform.AppHost.Services;
using EmbedPlatform.TestKit;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace EmbedPlatform.AppHost.Tests;

/// <summary>The parts of the AppHost that decide before anything starts.</summary>
public class OptionTests
{
    private static readonly IConfiguration Nothing = new ConfigurationBuilder().Build();

    [Fact]
    public void Without_options_backing_is_found_out_and_ports_are_the_defaults()
    {
        var options = PlatformOptions.Read(Nothing);

        Assert.Equal(BackingKind.Auto, options.Backing);
        Assert.Null(options.Ports.Search);
    }

    [Theory]
    [InlineData(16, 65_536, 6, 6144, 4, 4096)]
    [InlineData(64, 262_144, 24, 6144, 16, 4096)]
    [InlineData(8, 16_384, 3, 6144, 2, 4096)]
    [InlineData(4, 8_192, 4, 3072, 4, 2048)]
    [InlineData(2, 4_096, 2, 2048, 2, 2048)]
    public void Without_options_the_model_services_share_the_machine(
        int cores,
        int megabytes,
        int embedCores,
        int embedMegabytes,
        int rerankCores,
        int rerankMegabytes
    )
    {
        var limits = PlatformOptions.Read(Nothing, new Machine(cores, megabytes)).Limits;

        Assert.Equal((embedCores, embedMegabytes), (limits.Embed.Cores, limits.Embed.MemoryMegabytes));
        Assert.Equal((rerankCores, rerankMegabytes), (limits.Rerank.Cores, limits.Rerank.MemoryMegabytes));
    }

    [Theory]
    [InlineData(6, 6144, 1, 6, 6144)]
    [InlineData(6, 6144, 2, 3, 3072)]
    [InlineData(6, 6144, 4, 1, 2048)]
    [InlineData(2, 1024, 4, 1, 1024)]
    [InlineData(2, 0, 2, 1, 0)]
    public void Replicas_divide_the_limits_of_their_service(int cores, int megabytes, int replicas, int coresEach, int megabytesEach)
    {
        var share = new ServiceLimits { Cores = cores, MemoryMegabytes = megabytes }.Share(replicas);

        Assert.Equal((coresEach, megabytesEach), (share.Cores, share.MemoryMegabytes));
    }

    [Fact]
    public void A_limit_that_is_given_leaves_the_others_at_their_defaults()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Limits:Embed:Cores", "5")]).Build();

        var limits = PlatformOptions.Read(configuration, new Machine(16, 65_536)).Limits;

        Assert.Equal((5, 6144, 4), (limits.Embed.Cores, limits.Embed.MemoryMegabytes, limits.Rerank.Cores));
    }

    [Fact]
    public void A_free_port_is_taken_as_wanted()
    {
        var free = FreePort.Next();

        Assert.Equal(free, Ports.Choose(free, 1, "Search", Nothing));
        Assert.Equal(free, Ports.Choose(null, free, "Search", Nothing));
    }

    [Fact]
    public void A_taken_port_is_refused_where_the_user_chose_it_and_random_where_not()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var taken = ((IPEndPoint)other.LocalEndpoint).Port;

        Assert.Contains($"port {taken}", Assert.Throws<RefusedException>(() => Ports.Choose(taken, 1, "Search", Nothing)).Message);
        Assert.Null(Ports.Choose(null, taken, "Search", Nothing));
    }

    [Fact]
    public void Zero_is_a_random_port() => Assert.Null(Ports.Choose(0, 1, "Search", Nothing));

    [Fact]
    public void A_password_is_kept_and_for_this_user_only()
    {
        using var folder = new TemporaryFolder();
        var data = new DataFolder(folder.Path, "/anywhere/AppHost");

        var file = data.PasswordFile("postgres.password");
        var password = File.ReadAllText(file);

        Assert.Equal(48, password.Length);
        Assert.Equal(password, File.ReadAllText(data.PasswordFile("postgres.password")));
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(file) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Fact]
    public void A_data_folder_is_free_again_when_its_owner_lets_go()
    {
        using var folder = new TemporaryFolder();
        var data = new DataFolder(folder.Path, "/anywhere/AppHost");

        using (data.Take())
        {
            Assert.Throws<RefusedException>(data.Take);
        }

        data.Take().Dispose();
    }

    [Fact]
    public void A_data_folder_that_cannot_be_made_is_refused_with_the_reason()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("file", "");

        Assert.Contains("cannot create", Assert.Throws<RefusedException>(new DataFolder(file, "/anywhere/AppHost").Take).Message);
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    [InlineData("embedplatform-no-such-program", false)]
    public async Task A_container_engine_is_there_when_its_program_says_so(string program, bool expected) =>
        Assert.Equal(expected, await ContainerEngine.IsRunningAsync(program));

    [Fact]
    public void The_default_data_folder_lies_in_the_repository() =>
        Assert.Equal(Path.Combine("/anywhere", ".data"), new DataFolder("", "/anywhere/AppHost").Root);
}
