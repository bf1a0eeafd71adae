using System.Diagnostics;
using EmbedPlatform.Inference.Execution;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.EmbedService.Caching;

/// <summary>Gets the embeddings that this process has not, for one request: from Redis, from others who make them, from the engine.</summary>
internal sealed class MissedTexts(IEmbeddingModel inner, EmbeddingCache cache, EmbedOptions options, CancellationToken cancellationToken)
{
    // Who waits for a text of a long request waits for all of its texts; better to embed it again.
    private const int MostShared = 32;

    private static readonly TimeSpan FirstLook = TimeSpan.FromMilliseconds(4);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(32);

    private readonly string _holder = Guid.NewGuid().ToString("N");

    private int Dimension => options.Dimensions ?? inner.Model.Dimension;

    /// <summary>Sets <see cref="Miss.Found"/> of all.</summary>
    public async Task FindAsync(Miss[] misses)
    {
        try
        {
            var mine = misses.Length <= MostShared ? Array.FindAll(misses, Leads) : misses;
            await ReadAsync(mine);
            await MakeAsync(Array.FindAll(mine, miss => miss.Found is null));
            Land(misses);

            // Only now, with nothing left that others wait for: two requests can never wait for each other.
            var theirs = Array.FindAll(misses, miss => miss.Theirs is not null);
            foreach (var miss in theirs)
            {
                miss.Found = await InTimeAsync(miss.Theirs!.Landing);
            }

            cache.Metrics.Joined("process", theirs.Count(miss => miss.Found is not null));
            await EmbedAsync(Array.FindAll(theirs, miss => miss.Found is null));
        }
        finally
        {
            Land(misses);
        }
    }

    private bool Leads(Miss miss)
    {
        var leads = cache.Flights.Lead(miss.Key, options.Lane, out var flight);
        miss.Mine = leads ? flight : null;
        miss.Theirs = leads ? null : flight;
        return leads;
    }

    private void Land(Miss[] misses)
    {
        foreach (var miss in misses.Where(miss => miss.Mine is not null))
        {
            cache.Flights.Land(miss.Key, miss.Mine!, miss.Found);
            miss.Mine = null;
        }
    }

    private async Task ReadAsync(Miss[] misses)
    {
        if (misses.Length == 0 || !cache.Shared.IsThere)
        {
            return;
        }

        var values = await cache.Shared.ReadAsync(Array.ConvertAll(misses, miss => miss.Key), Dimension, cancellationToken);
        for (var i = 0; i < misses.Length; i++)
        {
            Take(misses[i], values[i]);
        }

        var known = misses.Where(miss => miss.Found is not null).Sum(miss => miss.Places.Count);
        cache.Metrics.Hits("l2", known);
        Activity.Current?.SetTag("embedplatform.cache.l2_hits", known);
    }

    private async Task MakeAsync(Miss[] misses)
    {
        if (misses.Length is 0 or > MostShared || !cache.Keeps(options.Lane) || cache.Options.Value.WaitForReplica == TimeSpan.Zero || !cache.Shared.IsThere)
        {
            await EmbedAsync(misses);
            return;
        }

        var locked = await cache.Shared.LockAsync(Array.ConvertAll(misses, miss => miss.Key), _holder, cancellationToken);
        var mine = misses.Where((_, i) => locked[i]).ToArray();
        try
        {
            await EmbedAsync(mine);
        }
        finally
        {
            cache.Shared.Unlock(mine.Select(miss => miss.Key), _holder);
        }

        var theirs = misses.Where((_, i) => !locked[i]).ToArray();
        await WaitForReplicasAsync(theirs);
        cache.Metrics.Joined("replicas", theirs.Count(miss => miss.Found is not null));
        await EmbedAsync(Array.FindAll(theirs, miss => miss.Found is null));
    }

    // A replica that died or failed leaves no value and, soon, no lock; then this one makes the embedding itself.
    private async Task WaitForReplicasAsync(Miss[] misses)
    {
        var until = cache.Clock.GetUtcNow() + cache.Options.Value.WaitForReplica;
        until = options.Deadline < until ? options.Deadline.Value : until;
        foreach (var miss in misses)
        {
            for (var pause = FirstLook; ; pause = pause < LongestPause ? pause * 2 : LongestPause)
            {
                var (embedding, pending) = await cache.Shared.PeekAsync(miss.Key, Dimension, cancellationToken);
                Take(miss, embedding);
                if (embedding is not null || !pending || cache.Clock.GetUtcNow() >= until)
                {
                    break;
                }

                await Task.Delay(pause, cache.Clock, cancellationToken);
            }
        }
    }

    private async Task EmbedAsync(Miss[] misses)
    {
        if (misses.Length == 0)
        {
            return;
        }

        cache.Metrics.Misses(misses.Length);
        var embeddings = await EmbedInPlaceAsync(misses);
        for (var i = 0; i < misses.Length; i++)
        {
            misses[i].Found = embeddings[i];
        }

        if (cache.Keeps(options.Lane))
        {
            foreach (var miss in misses)
            {
                cache.Local.Add(miss.Key, miss.Found!);
            }

            if (cache.Shared.IsThere)
            {
                cache.Shared.Write(misses.Select(miss => (miss.Key, miss.Found!)));
            }
        }
    }

    // The engine counts the texts that it is given; the caller counts its own.
    private async Task<IReadOnlyList<TextEmbedding>> EmbedInPlaceAsync(Miss[] misses)
    {
        try
        {
            return await inner.EmbedAsync(Array.ConvertAll(misses, miss => miss.Text), options, cancellationToken);
        }
        catch (TextTooLongException tooLong)
        {
            throw new TextTooLongException(misses[tooLong.Index].Places[0], tooLong.Tokens, tooLong.Limit);
        }
        catch (NoTokensException nothing)
        {
            throw new NoTokensException(misses[nothing.Index].Places[0]);
        }
    }

    private void Take(Miss miss, TextEmbedding? embedding)
    {
        miss.Found = embedding;
        if (embedding is not null)
        {
            cache.Local.Add(miss.Key, embedding);
        }
    }

    private async Task<TextEmbedding?> InTimeAsync(Task<TextEmbedding?> landing)
    {
        if (options.Deadline is not { } deadline)
        {
            return await landing.WaitAsync(cancellationToken);
        }

        try
        {
            var left = deadline - cache.Clock.GetUtcNow();
            return await landing.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, cache.Clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new DeadlineExceededException();
        }
    }
}
