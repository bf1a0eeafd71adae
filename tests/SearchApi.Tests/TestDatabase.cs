using EmbedPlatform.TestKit;
using Npgsql;

namespace EmbedPlatform.SearchApi.Tests;

/// <summary>
/// The database of each test: one on the tests' own server, or a schema on the Citus cluster that <see cref="Variable"/> names, with
/// everything that its connection string needs.
/// </summary>
internal static class TestDatabase
{
    public const string Variable = "EMBEDPLATFORM_CITUS";

    /// <summary>The cluster's connection string; null if the tests run on a server of their own.</summary>
    public static string? Cluster => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } cluster ? cluster : null;

    /// <summary>Creates an empty database; returns its connection string.</summary>
    public static async Task<string> CreateAsync(NativePostgres server)
    {
        var name = "t" + Guid.NewGuid().ToString("N");
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await command.ExecuteNonQueryAsync();
        return new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = name }.ConnectionString;
    }

    /// <summary>A connection string to a new schema of the cluster, which is named by the application.</summary>
    public static string OnCluster(string cluster) =>
        new NpgsqlConnectionStringBuilder(cluster) { ApplicationName = "t" + Guid.NewGuid().ToString("N") }.ConnectionString;

    /// <summary>The options of a SearchApi on a database.</summary>
    public static (string Key, string Value)[] Settings(string database) =>
        SchemaOf(database) is { } schema ? [("Storage:Schema", schema), ("Storage:Distributed", "citus"), ("Storage:ShardCount", "4")] : [];

    /// <summary>A connection string with which the product's tables are found by their names.</summary>
    public static string WithSchema(string database) =>
        SchemaOf(database) is { } schema ? $"{database};Search Path={schema},public" : ProductSchema.In(database);

    private static string? SchemaOf(string database) =>
        Cluster is null ? null : new NpgsqlConnectionStringBuilder(database).ApplicationName;
}
