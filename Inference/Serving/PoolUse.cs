using EmbedPlatform.Inference.Execution;

namespace EmbedPlatform.Inference.Serving;

/// <summary>Work with a model of a pool.</summary>
public static class PoolUse
{
    /// <summary>
    /// Takes a model into use for one piece of work. Where the model finds no memory for it and another one takes over, the work is done again with that
    /// one: the caller gets the fallback's answer rather than the failure that called it in.
    /// </summary>
    /// <typeparam name="TModel">What serves.</typeparam>
    /// <typeparam name="TResult">What the work gives.</typeparam>
    /// <param name="pool">The pool.</param>
    /// <param name="name">As in <see cref="IModelPool{TModel}.RentAsync"/>.</param>
    /// <param name="deadline">When the caller stops waiting for the model; null: as long as it takes.</param>
    /// <param name="clock">The clock of the deadline.</param>
    /// <param name="work">The work; begins from the start when it is called again.</param>
    /// <param name="cancellationToken">Stops waiting for the model.</param>
    /// <exception cref="DeadlineExceededException">The model was not there in time.</exception>
    /// <exception cref="ModelOutOfMemoryException">No other model took over.</exception>
    public static async Task<TResult> UseAsync<TModel, TResult>(
        this IModelPool<TModel> pool,
        string? name,
        DateTimeOffset? deadline,
        TimeProvider clock,
        Func<ModelLease<TModel>, Task<TResult>> work,
        CancellationToken cancellationToken
    )
        where TModel : class
    {
        var lease = await pool.RentAsync(name, deadline, clock, cancellationToken).ConfigureAwait(false);
        try
        {
            return await work(lease).ConfigureAwait(false);
        }
        catch (ModelOutOfMemoryException) when (lease.FallbackReason is null)
        {
            var failed = lease.Model;
            lease.Dispose();
            lease = await pool.RentAsync(name, deadline, clock, cancellationToken).ConfigureAwait(false);
            if (ReferenceEquals(lease.Model, failed))
            {
                throw;
            }

            return await work(lease).ConfigureAwait(false);
        }
        finally
        {
            lease.Dispose();
        }
    }

    /// <summary>Takes a model into use; one that has to be loaded first is not waited for beyond a deadline.</summary>
    /// <inheritdoc cref="UseAsync"/>
    public static async ValueTask<ModelLease<TModel>> RentAsync<TModel>(
        this IModelPool<TModel> pool,
        string? name,
        DateTimeOffset? deadline,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
        where TModel : class
    {
        var rented = pool.RentAsync(name, cancellationToken);
        if (rented.IsCompleted || deadline is not { } end)
        {
            return await rented.ConfigureAwait(false);
        }

        var left = end - clock.GetUtcNow();
        var lease = rented.AsTask();
        try
        {
            return await lease.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, clock, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception problem)
        {
            // It may come after all, and nobody is there to give it back.
            _ = lease.ContinueWith(
                late => late.Result.Dispose(),
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnRanToCompletion,
                TaskScheduler.Default
            );
            if (problem is TimeoutException)
            {
                throw new DeadlineExceededException();
            }

            throw;
        }
    }
}
