namespace EmbedPlatform.Inference.Execution.Scheduling;

/// <summary>Weighted round-robin: interactive before bulk, but every fourth batch goes to bulk if both wait.</summary>
internal sealed class LaneRoundRobin
{
    /// <summary>The share of batches that interactive work gets while bulk waits.</summary>
    public const double InteractiveShare = (double)InteractiveInARow / (InteractiveInARow + 1);

    private const int InteractiveInARow = 3;

    private int _passedOver;

    public Lane Pick(bool interactiveWaits, bool bulkWaits)
    {
        if (!interactiveWaits || (bulkWaits && _passedOver == InteractiveInARow))
        {
            _passedOver = 0;
            return Lane.Bulk;
        }

        _passedOver = bulkWaits ? _passedOver + 1 : 0;
        return Lane.Interactive;
    }
}
