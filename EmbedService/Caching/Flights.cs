using System.Collections.Concurrent;
using EmbedPlatform.Inference.Execution;

namespace EmbedPlatform.EmbedService.Caching;

/// <summary>An embedding that somebody is about to have.</summary>
internal sealed class Flight(Lane lane)
{
    private readonly TaskCompletionSource<TextEmbedding?> _landing = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Lane Lane { get; } = lane;

    /// <summary>The embedding; null where who made it failed or left.</summary>
    public Task<TextEmbedding?> Landing => _landing.Task;

    public void Land(TextEmbedding? embedding) => _landing.TrySetResult(embedding);
}

/// <summary>Which embeddings this process is making now, so that it makes none twice at a time.</summary>
internal sealed class Flights
{
    private readonly ConcurrentDictionary<CacheKey, Flight> _flights = new();

    /// <summary>Takes part in making an embedding: true where the caller makes it and has to land it, false where it waits for another.</summary>
    public bool Lead(in CacheKey key, Lane lane, out Flight flight)
    {
        var mine = new Flight(lane);
        flight = _flights.GetOrAdd(key, mine);

        // Somebody who waits does not queue behind indexing.
        if (flight != mine && flight.Lane == Lane.Bulk && lane == Lane.Interactive)
        {
            flight = _flights[key] = mine;
        }

        return flight == mine;
    }

    /// <summary>Ends a flight.</summary>
    public void Land(in CacheKey key, Flight flight, TextEmbedding? embedding)
    {
        _flights.TryRemove(KeyValuePair.Create(key, flight));
        flight.Land(embedding);
    }
}
