using System.ComponentModel.DataAnnotations;

namespace EmbedPlatform.SearchApi.Uploads;

/// <summary>Options of upload tasks (section <c>Tasks</c>).</summary>
internal sealed class TaskOptions
{
    public const string SectionName = "Tasks";

    /// <summary>The interval at which a running upload writes its progress and checks for cancellation.</summary>
    [Range(typeof(TimeSpan), "00:00:00.05", "00:01:00")]
    public TimeSpan ReportInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The time without progress after which an upload counts as interrupted.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan HeartbeatTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The retention of finished tasks.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "365.00:00:00")]
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(7);
}
