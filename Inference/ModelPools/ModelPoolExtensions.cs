using EmbedPlatform.Inference.Execution;

namespace EmbedPlatform.Inference.ModelPools;

/// <summary>Runs work on a model of a pool.</summary>
public static class ModelPoolExtensions
{
    /// <summary>
    /// Leases a model for one piece of work. If the model runs out of memory and a fallback takes over, the work is repeated on the
    /// fallback, so the caller gets its result instead of the failure.
    /// </summary>
    /// <typeparam name="TModel">The model interface.</typeparam>
    /// <typeparam name="TResult">The result of the work.</typeparam>
    /// <param name="pool">The pool.</param>
    /// <param name="name">As in <see cref="IModelPool{TModel}.RentAsync"/>.</param>
    /// <param name="deadline">When the caller stops waiting for the model; null for no limit.</param>
    /// <param name="clock">The clock of the deadline.</param>
    /// <param name="work">The work; it may be called twice and must then start over.</param>
    /// <param name="cancellationToken">Stops waiting for the model.</param>
    /// <exception cref="DeadlineExceededException">The model was not loaded in time.</exception>
    /// <exception cref="ModelOutOfMemoryException">No fallback took over.</exception>
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

    /// <summary>Leases a model, waiting for a load no longer than the deadline allows.</summary>
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
            // The lease may still arrive after the caller has left, and has to be returned.
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
