namespace EmbedPlatform.SearchApi.Storage;

/// <summary>Settings for the following statements of a batch.</summary>
internal static class StatementSettings
{
    /// <summary>
    /// Plans a statement for its actual parameters: for filters, whose generic plan underestimates the number of documents, and for
    /// vector index scans, whose plan fits only one limit.
    /// </summary>
    public const string ForceCustomPlan = "SELECT set_config('plan_cache_mode', 'force_custom_plan', true)";
}
