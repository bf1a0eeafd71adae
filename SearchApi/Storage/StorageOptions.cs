using System.ComponentModel.DataAnnotations;

namespace EmbedPlatform.SearchApi.Storage;

/// <summary>The servers that hold the tables.</summary>
internal enum DistributedStorage
{
    /// <summary>One PostgreSQL server, with standbys or without.</summary>
    None,

    /// <summary>A cluster of PostgreSQL servers with the Citus extension.</summary>
    Citus,
}

/// <summary>Options of the database (section <c>Storage</c>).</summary>
internal sealed class StorageOptions
{
    public const string SectionName = "Storage";

    public const string DefaultSchema = "embedplatform";

    /// <summary>
    /// The schema of all tables. Tables that an earlier version created in <c>public</c> are moved there at the start.
    /// </summary>
    [RegularExpression("^(?!pg_)[a-z_][a-z0-9_]{0,62}$")]
    public string Schema { get; set; } = DefaultSchema;

    /// <summary>The schema as configured, before options are bound.</summary>
    public static string SchemaOf(IConfiguration configuration) => configuration[$"{SectionName}:{nameof(Schema)}"] ?? DefaultSchema;

    /// <summary>Whether the tables are distributed by document over a Citus cluster, <c>citus</c>, or not, <c>none</c>.</summary>
    public DistributedStorage Distributed { get; set; } = DistributedStorage.None;

    /// <summary>The number of shards of each distributed table, on a Citus cluster; set when the tables are distributed.</summary>
    [Range(1, 1024)]
    public int ShardCount { get; set; } = 32;
}
