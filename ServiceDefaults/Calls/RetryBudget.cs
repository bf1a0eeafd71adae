namespace EmbedPlatform.ServiceDefaults.Calls;

/// <summary>
/// How many attempts may be repeated: a reserve that calls fill up again, each by a part of an attempt. When a service fails for good,
/// its callers add that part to its load and no more, however many attempts each of them may make. Not safe for threads.
/// </summary>
internal sealed class RetryBudget(double reserve, double perCall)
{
    private readonly double _reserve = reserve;
    private double _attempts = reserve;

    /// <summary>Whether an attempt is left.</summary>
    public bool HasOne => _attempts >= 1;

    /// <summary>A call begins.</summary>
    public void Earn() => _attempts = Math.Min(_reserve, _attempts + perCall);

    /// <summary>Takes one attempt; false where none is left.</summary>
    public bool TrySpend()
    {
        if (!HasOne)
        {
            return false;
        }

        _attempts--;
        return true;
    }
}
