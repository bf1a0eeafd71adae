using System.Net.Sockets;

namespace EmbedPlatform.TestKit;

/// <summary>Waits until a server of a test listens.</summary>
internal static class Listening
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    internal static async Task WaitAsync(int port, GuardedProcess server)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            if (server.HasExited || patience.IsCancellationRequested)
            {
                throw new InvalidOperationException($"nothing listens on port {port}: {server.Output}");
            }

            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync("127.0.0.1", port);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(50);
            }
        }
    }
}
