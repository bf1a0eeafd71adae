namespace EmbedPlatform.ServiceDefaults.LoadBalancing;

/// <summary>
/// A token bucket for retries: each call deposits a fraction of a retry. While a service is down, retries add only that fraction to its
/// load, however many attempts a call may make. Not thread-safe.
/// </summary>
internal sealed class RetryBudget(double capacity, double perCall)
{
    private readonly double _capacity = capacity;
    private double _retries = capacity;

    public bool HasRetry => _retries >= 1;

    public void Deposit() => _retries = Math.Min(_capacity, _retries + perCall);

    public bool TryWithdraw()
    {
        if (!HasRetry)
        {
            return false;
        }

        _retries--;
        return true;
    }
}
