using System.Text.RegularExpressions;

namespace EmbedPlatform.ServiceDefaults.Configuration;

// Hides secrets in logs.
internal static partial class Secrets
{
    public const string Hidden = "***";

    /// <summary>Whether an option of this name holds a secret.</summary>
    public static bool IsName(string name) => SecretName().IsMatch(name);

    /// <summary>Hides passwords inside a value, such as a connection string or a URI.</summary>
    public static string Hide(string value) => UserInfo().Replace(Pair().Replace(value, $"$1{Hidden}"), $"$1{Hidden}@");

    [GeneratedRegex("(Password|Passphrase|Pwd|Secret|Key|Hash|Token|Credential|Credentials)$", RegexOptions.IgnoreCase)]
    private static partial Regex SecretName();

    // A quoted value may hold the separator.
    [GeneratedRegex(
        """\b((?:password|passphrase|passfile|pwd|secret|token|\w*key)\s*=\s*)("[^"]*"|'[^']*'|[^;,\s]+)""",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex Pair();

    [GeneratedRegex(@"(://)[^/?#\s]*@")]
    private static partial Regex UserInfo();
}
