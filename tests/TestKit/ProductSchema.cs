namespace EmbedPlatform.TestKit;

/// <summary>The schema of the product's tables.</summary>
public static class ProductSchema
{
    /// <summary>A connection string with which the tables are found by their names.</summary>
    public static string In(string connectionString) => $"{connectionString};Search Path=embedplatform,public";
}
