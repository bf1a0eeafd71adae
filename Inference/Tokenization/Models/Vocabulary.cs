namespace EmbedPlatform.Inference.Tokenization.Models;

internal static class Vocabulary
{
    /// <summary>The tokens in the order of their ids; null where an id has none.</summary>
    public static string?[] ById(IReadOnlyDictionary<string, int> ids)
    {
        var tokens = new string?[ids.Count == 0 ? 0 : ids.Values.Max() + 1];
        foreach (var (token, id) in ids)
        {
            tokens[id] = token;
        }

        return tokens;
    }
}
