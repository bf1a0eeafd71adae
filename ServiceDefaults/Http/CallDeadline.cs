namespace EmbedPlatform.ServiceDefaults.Http;

/// <summary>The deadline of the request being served. It also limits the calls made on its behalf.</summary>
internal static class CallDeadline
{
    private static readonly AsyncLocal<DateTimeOffset?> Ambient = new();

    /// <summary>Null without a deadline, or outside a request.</summary>
    public static DateTimeOffset? Current
    {
        get => Ambient.Value;
        set => Ambient.Value = value;
    }
}
