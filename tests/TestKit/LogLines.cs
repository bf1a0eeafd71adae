using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace EmbedPlatform.TestKit;

/// <summary>What a service logs, whatever writes it elsewhere.</summary>
public sealed class LogLines : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<(LogLevel Level, string Line)> _lines = [];

    /// <summary>The lines of a level and those above it.</summary>
    public IEnumerable<string> From(LogLevel least) => _lines.Where(line => line.Level >= least).Select(line => line.Line);

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => this;

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => true;

    /// <inheritdoc/>
    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        ArgumentNullException.ThrowIfNull(formatter);
        _lines.Enqueue((logLevel, formatter(state, exception)));
    }

    /// <inheritdoc/>
    public void Dispose() { }
}
