using System.Diagnostics;
using System.Globalization;
using EmbedPlatform.SearchApi.Failures;

namespace EmbedPlatform.SearchApi.Storage;

/// <summary>The migration state of the schema.</summary>
internal sealed class SchemaState
{
    private readonly TaskCompletionSource<int> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile string? _lastFailure;
    private volatile Migration? _running;

    /// <summary>The number of the last migration; null until the schema is ready.</summary>
    public int? Version => _ready.Task.IsCompletedSuccessfully ? _ready.Task.Result : null;

    /// <summary>The error of the last failed attempt.</summary>
    public string? LastFailure => _lastFailure;

    public void MarkReady(int version) => _ready.TrySetResult(version);

    public void MarkFailed(string reason) => (_lastFailure, _running) = (reason, null);

    public void MarkMigrating(string migration) => _running = new Migration(migration, Stopwatch.GetTimestamp());

    public Task WaitAsync(CancellationToken cancellationToken) => _ready.Task.WaitAsync(cancellationToken);

    /// <summary>Throws a 503 until the schema is ready.</summary>
    public void Require()
    {
        if (Version is null)
        {
            throw _running is { } migration
                ? ApiException.Unavailable(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"The database is being migrated; {migration.Name} has run for {migration.Elapsed.TotalSeconds:0} s."
                    ),
                    // As long again as it has run is the best guess.
                    TimeSpan.FromSeconds(Math.Clamp(Math.Ceiling(migration.Elapsed.TotalSeconds), 2, 60))
                )
                : ApiException.Unavailable("The database is not ready yet.", TimeSpan.FromSeconds(2));
        }
    }

    private sealed record Migration(string Name, long Start)
    {
        public TimeSpan Elapsed => Stopwatch.GetElapsedTime(Start);
    }
}
