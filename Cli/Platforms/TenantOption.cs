using System.CommandLine;
using EmbedPlatform.Client.Http;

namespace EmbedPlatform.Cli.Platforms;

/// <summary>The option that names a tenant.</summary>
internal static class TenantOption
{
    /// <summary>A tenant that may be named.</summary>
    public static Option<string?> Create()
    {
        var option = new Option<string?>("--tenant") { Description = "The tenant that owns the collection (else: none)", HelpName = "KEY" };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !Tenant.IsKey(result.Tokens[0].Value))
            {
                result.AddError($"--tenant must be 1 to 63 of a-z, A-Z, 0-9, '.', _ and -, not '{result.Tokens[0].Value}'");
            }
        });
        return option;
    }
}
