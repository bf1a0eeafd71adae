namespace EmbedPlatform.Inference.Execution.Scheduling;

/// <summary>Interactive before bulk, and every fourth batch to bulk where both wait.</summary>
internal sealed class LanePicker
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
