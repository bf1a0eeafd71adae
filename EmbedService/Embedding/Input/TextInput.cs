using System.Text.Json.Serialization;

namespace EmbedPlatform.EmbedService.Embedding.Input;

/// <summary>
/// The texts of a request in any wire format: a string, a list of strings, the token ids of one text, or a list of those. Anything else is
/// kept as an error, so that a caller gets it together with all others.
/// </summary>
[JsonConverter(typeof(TextInputConverter))]
internal sealed class TextInput
{
    private TextInput(
        IReadOnlyList<string>? texts,
        IReadOnlyList<int[]>? ids,
        bool isSingle,
        IReadOnlyList<(string Path, string Message)> errors
    ) => (Texts, Ids, IsSingle, Errors) = (texts, ids, isSingle, errors);

    /// <summary>The texts; null for token ids.</summary>
    public IReadOnlyList<string>? Texts { get; }

    /// <summary>The token ids of each text; null for texts.</summary>
    public IReadOnlyList<int[]>? Ids { get; }

    /// <summary>One text that is not in a list.</summary>
    public bool IsSingle { get; }

    public int Count => Texts?.Count ?? Ids?.Count ?? 0;

    /// <summary>Characters (UTF-16) of the texts.</summary>
    public long Characters => Texts?.Sum(text => (long)text.Length) ?? 0;

    /// <summary>What is wrong, by path inside the field, such as <c>[3]</c>.</summary>
    internal IReadOnlyList<(string Path, string Message)> Errors { get; }

    public static TextInput From(string text) => new([text], null, isSingle: true, []);

    public static TextInput From(IReadOnlyList<string> texts) => new(texts, null, isSingle: false, []);

    public static TextInput FromIds(int[] ids) => new(null, [ids], isSingle: true, []);

    public static TextInput FromIds(IReadOnlyList<int[]> ids) => new(null, ids, isSingle: false, []);

    public static TextInput Invalid(IReadOnlyList<(string Path, string Message)> errors) => new(null, null, isSingle: false, errors);

    /// <summary>The path of a text in the body.</summary>
    public string PathOf(string field, int index) => IsSingle ? field : $"{field}[{index}]";
}
