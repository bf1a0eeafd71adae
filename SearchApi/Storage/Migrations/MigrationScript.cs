using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace EmbedPlatform.SearchApi.Storage.Migrations;

/// <summary>A numbered migration from the embedded files <c>0001_name.sql</c>.</summary>
/// <param name="Checksum">SHA-256 of the statements, in hexadecimal.</param>
internal sealed record MigrationScript(int Version, string Name, string Sql, string Checksum)
{
    /// <summary>All migrations, in order.</summary>
    public static IReadOnlyList<MigrationScript> All { get; } = Load();

    private static List<MigrationScript> Load()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return
        [
            .. assembly
                .GetManifestResourceNames()
                .Where(name => name.EndsWith(".sql", StringComparison.Ordinal))
                .Select(name => Read(assembly, name))
                .OrderBy(script => script.Version),
        ];
    }

    private static MigrationScript Read(Assembly assembly, string name)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!, Encoding.UTF8);
        // A checkout with other line endings is the same script.
        var sql = reader.ReadToEnd().ReplaceLineEndings("\n");
        var checksum = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql)));
        return new MigrationScript(int.Parse(name.AsSpan(0, 4), System.Globalization.CultureInfo.InvariantCulture), name, sql, checksum);
    }
}
