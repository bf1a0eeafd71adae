namespace EmbedPlatform.ServiceDefaults.Calls;

/// <summary>When the caller of the request that is being served stops waiting: the calls made for it have no longer.</summary>
internal static class CallDeadline
{
    private static readonly AsyncLocal<DateTimeOffset?> Ambient = new();

    /// <summary>The moment; null where the request named none, or where no request is being served.</summary>
    public static DateTimeOffset? Current
    {
        get => Ambient.Value;
        set => Ambient.Value = value;
    }
}
