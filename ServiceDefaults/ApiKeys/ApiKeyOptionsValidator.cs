using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.ServiceDefaults.ApiKeys;

internal sealed class ApiKeyOptionsValidator(IConfiguration configuration) : IValidateOptions<ApiKeyOptions>
{
    public ValidateOptionsResult Validate(string? name, ApiKeyOptions options)
    {
        var wrong = options.Keys.SelectMany((key, i) => Wrong(key, $"{ApiKeyOptions.SectionName}:Keys:{i}")).ToList();
        if (options is { Required: true, Keys.Count: 0 })
        {
            wrong.Add("ApiKeys:Required is true, but there is no key: add ApiKeys:Keys:0:Name, :Hash and :Scopes (embedctl keys new makes one)");
        }
        else if (!options.Enforced && options.Required is null && ListenAddresses.BeyondThisMachine(configuration) is { } address)
        {
            wrong.Add(UnprotectedMessage(address));
        }

        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }

    internal static string UnprotectedMessage(string address) =>
        $"{address} is reachable from other machines and there is no API key: add ApiKeys:Keys:0:Name, :Hash and :Scopes (embedctl keys new makes one), "
        + "or set ApiKeys:Required=false";

    private static IEnumerable<string> Wrong(ApiKeyEntry key, string path)
    {
        if (string.IsNullOrWhiteSpace(key.Name))
        {
            yield return $"{path}:Name must say whose key it is";
        }

        if (key.Hash.Length != 64 || !key.Hash.All(char.IsAsciiHexDigit))
        {
            yield return $"{path}:Hash must be the SHA-256 of the key in 64 hexadecimal digits, not the key (embedctl keys new makes both)";
        }

        var scopes = KeyRing.ScopesOf(key);
        if (scopes.Count == 0 || scopes.Except(KeyScopes.All).Any())
        {
            yield return $"{path}:Scopes must be one or more of {string.Join(", ", KeyScopes.All)}";
        }
    }
}
