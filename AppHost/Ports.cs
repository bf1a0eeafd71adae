using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;

namespace EmbedPlatform.AppHost;

/// <summary>Which port a service gets.</summary>
internal static class Ports
{
    /// <summary>The port to ask for; null is a random one.</summary>
    /// <param name="configured">What the user wants; null: nothing.</param>
    /// <param name="preferred">The default.</param>
    /// <param name="option">The option's name, for the words that say what happened.</param>
    /// <param name="configuration">Tells whether the host randomises ports, as it does under test.</param>
    /// <exception cref="RefusedException">The user wants a port that something else listens on.</exception>
    public static int? Choose(int? configured, int preferred, string option, IConfiguration configuration)
    {
        if (configured == 0 || configuration.GetValue<bool>("DcpPublisher:RandomizePorts"))
        {
            return null;
        }

        var wanted = configured ?? preferred;
        if (IsFree(wanted))
        {
            return wanted;
        }

        if (configured is not null)
        {
            throw new RefusedException($"Ports:{option}: something else listens on port {wanted}");
        }

        Console.WriteLine($"port {wanted} is taken; {option} gets a random one (--Ports:{option} chooses)");
        return null;
    }

    /// <summary>A loopback port that nothing listens on.</summary>
    public static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
