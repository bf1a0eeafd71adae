using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace EmbedPlatform.AppHost.Backing;

/// <summary>Asks a server of this machine whether it takes clients, in the first words of its own protocol; no client library is needed.</summary>
internal static class ServerAnswer
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>A health check over an answer.</summary>
    public static HealthCheckRegistration Check(string key, Func<Task<bool>> answers) =>
        new(key, _ => new AnswerCheck(answers), failureStatus: null, tags: null);

    /// <summary>
    /// Sends a StartupMessage: a server that takes clients asks for authentication ('R'), one that still starts up or recovers
    /// refuses ('E'). See "Message Formats" of the PostgreSQL frontend/backend protocol 3.0.
    /// </summary>
    public static async Task<bool> FromPostgresAsync(int port, string user)
    {
        var parameters = Encoding.ASCII.GetBytes($"user\0{user}\0database\0postgres\0\0");
        var message = new byte[8 + parameters.Length];
        BinaryPrimitives.WriteInt32BigEndian(message, message.Length);
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(4), 3 << 16);
        parameters.CopyTo(message, 8);
        return await FirstByteAsync(port, message) == 'R';
    }

    /// <summary>Sends PING: a server that still loads its data answers an error ('-'), one that serves says +PONG.</summary>
    public static async Task<bool> FromRedisAsync(int port) => await FirstByteAsync(port, "PING\r\n"u8.ToArray()) == '+';

    private static async Task<int> FirstByteAsync(int port, byte[] question)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port, patience.Token);
        await using var stream = client.GetStream();
        await stream.WriteAsync(question, patience.Token);
        var answer = new byte[1];
        return await stream.ReadAsync(answer, patience.Token) == 1 ? answer[0] : -1;
    }

    private sealed class AnswerCheck(Func<Task<bool>> answers) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            try
            {
                return await answers() ? HealthCheckResult.Healthy() : new HealthCheckResult(context.Registration.FailureStatus, "it does not take clients yet");
            }
            catch (Exception e) when (e is SocketException or IOException or OperationCanceledException)
            {
                return new HealthCheckResult(context.Registration.FailureStatus, e.Message);
            }
        }
    }
}
