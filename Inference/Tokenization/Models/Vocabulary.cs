namespace EmbedPlatform.Inference.Tokenization.Models;

internal static class Vocabulary
{
    /// <summary>The largest accepted id: ids index tables, and a damaged file must not allocate gigabytes.</summary>
    public const int LargestId = 1 << 24;

    /// <summary>The tokens by id; null for an id without a token.</summary>
    /// <exception cref="TokenizerFormatException">An id is negative or too large.</exception>
    public static string?[] ById(IReadOnlyDictionary<string, int> ids)
    {
        foreach (var (token, id) in ids)
        {
            if (id is < 0 or > LargestId)
            {
                throw new TokenizerFormatException($"model: the id {id} of {token} is out of range.");
            }
        }

        var tokens = new string?[ids.Count == 0 ? 0 : ids.Values.Max() + 1];
        foreach (var (token, id) in ids)
        {
            tokens[id] = token;
        }

        return tokens;
    }
}
