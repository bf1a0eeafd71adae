using System.Collections.Concurrent;

namespace Aspire.Hosting.Execution;

/// <summary>Where the output of the resources goes.</summary>
internal interface IResourceLog
{
    void Write(string resource, string line);

    /// <summary>The last lines of a resource that nobody has seen, for the message of a failure.</summary>
    IReadOnlyList<string> Tail(string resource);
}

/// <summary>Keeps the last lines in memory, for hosts without a console.</summary>
internal sealed class MemoryResourceLog : IResourceLog
{
    private const int Kept = 100;
    private readonly ConcurrentDictionary<string, Queue<string>> _lines = new();

    public void Write(string resource, string line)
    {
        var lines = _lines.GetOrAdd(resource, _ => new Queue<string>());
        lock (lines)
        {
            lines.Enqueue(line);
            if (lines.Count > Kept)
            {
                lines.Dequeue();
            }
        }
    }

    public IReadOnlyList<string> Tail(string resource)
    {
        var lines = _lines.GetOrAdd(resource, _ => new Queue<string>());
        lock (lines)
        {
            return [.. lines];
        }
    }
}

/// <summary>Writes every line behind the resource's name.</summary>
internal sealed class ConsoleResourceLog(TextWriter console) : IResourceLog
{
    // Console.Out is synchronised: lines of several resources never mix.
    public void Write(string resource, string line) => console.WriteLine($"[{resource}] {line}");

    public IReadOnlyList<string> Tail(string resource) => [];
}
