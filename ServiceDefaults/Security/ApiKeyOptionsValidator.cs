using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.ServiceDefaults.Security;

internal sealed class ApiKeyOptionsValidator(IConfiguration configuration) : IValidateOptions<ApiKeyOptions>
{
    public ValidateOptionsResult Validate(string? name, ApiKeyOptions options)
    {
        var errors = options.Keys.SelectMany((key, i) => ErrorsOf(key, $"{ApiKeyOptions.SectionName}:Keys:{i}")).ToList();
        if (options is { Required: true, Keys.Count: 0 })
        {
            errors.Add(
                "ApiKeys:Required is true, but no key is configured: set ApiKeys:Keys:0:Name, :Hash and :Scopes "
                    + "('embedctl keys new' creates one)"
            );
        }
        else if (!options.Enforced && options.Required is null && ListenAddresses.FirstExternal(configuration) is { } address)
        {
            errors.Add(UnprotectedMessage(address));
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    internal static string UnprotectedMessage(string address) =>
        $"{address} is reachable from other machines, but no API key is configured: set ApiKeys:Keys:0:Name, :Hash and :Scopes "
        + "('embedctl keys new' creates one), or set ApiKeys:Required=false";

    private static IEnumerable<string> ErrorsOf(ApiKeyEntry key, string path)
    {
        if (string.IsNullOrWhiteSpace(key.Name))
        {
            yield return $"{path}:Name must name the owner of the key";
        }

        if (key.Hash.Length != 64 || !key.Hash.All(char.IsAsciiHexDigit))
        {
            yield return $"{path}:Hash must be the SHA-256 of the key as 64 hexadecimal digits, not the key itself "
                + "('embedctl keys new' prints both)";
        }

        var scopes = KeyRing.ScopesOf(key);
        if (scopes.Count == 0 || scopes.Except(KeyScopes.All).Any())
        {
            yield return $"{path}:Scopes must be one or more of {string.Join(", ", KeyScopes.All)}";
        }
    }
}
