namespace EmbedPlatform.SearchApi.Storage;

/// <summary>Statements that go before another one of the same batch and settle how it runs.</summary>
internal static class StatementSettings
{
    /// <summary>
    /// Planned for its own values: for statements with a filter, of which a plan for any values expects too few documents, and for those
    /// that a vector index
    /// answers, whose plan is right for one limit only.
    /// </summary>
    public const string ForceCustomPlan = "SELECT set_config('plan_cache_mode', 'force_custom_plan', true)";
}
