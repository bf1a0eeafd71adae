using System.ComponentModel.DataAnnotations;

namespace EmbedPlatform.SearchApi.Uploads;

/// <summary>How tasks are kept (section <c>Tasks</c>).</summary>
internal sealed class TaskOptions
{
    /// <summary>How often an upload that goes on says how far it is and looks whether it is cancelled.</summary>
    [Range(typeof(TimeSpan), "00:00:00.05", "00:01:00")]
    public TimeSpan ReportInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>After how long without a word an upload counts as interrupted.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan Silence { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long finished tasks can be looked at.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "365.00:00:00")]
    public TimeSpan Keep { get; set; } = TimeSpan.FromDays(7);
}
