using System.Text;

namespace EmbedPlatform.ModelServiceTests.Fuzzing;

/// <summary>The bytes of a request and what may be expected of its answer.</summary>
/// <param name="What">What is odd about it.</param>
/// <param name="Route">The route that it was made for.</param>
/// <param name="Bytes">The bytes, sent as they are.</param>
internal sealed record FuzzRequest(string What, FuzzRoute Route, byte[] Bytes)
{
    /// <summary>Whether a refusal is the route's own, and has to be in its shape.</summary>
    public bool ReachesRoute { get; init; } = true;

    /// <summary>Whether it is HTTP at all; what is not may be refused by the server without a body, or hung up on.</summary>
    public bool IsHttp { get; init; } = true;

    /// <summary>Whether all of it is sent; the server may hang up on what never ends.</summary>
    public bool IsWhole { get; init; } = true;

    /// <summary>Sent in pieces, with pauses.</summary>
    public bool Slow { get; init; }

    /// <summary>Whether the bytes end where the request does, so that the connection serves the next one.</summary>
    public bool KeepsConnection => IsHttp && IsWhole;

    /// <summary>The request as a test prints it.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var part in Bytes.Take(1_500))
        {
            text.Append(
                part is >= 0x20 and < 0x7f or (byte)'\n' ? ((char)part).ToString()
                : part == '\r' ? ""
                : $"\\x{part:x2}"
            );
        }

        return $"{What} -> {Route.Method} {Route.Path}\n{text}{(Bytes.Length > 1_500 ? $"... ({Bytes.Length} bytes)" : "")}";
    }
}
