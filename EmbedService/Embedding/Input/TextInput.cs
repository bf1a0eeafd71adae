using System.Text.Json.Serialization;
using EmbedPlatform.ServiceDefaults.Failures;

namespace EmbedPlatform.EmbedService.Embedding.Input;

/// <summary>
/// What is to be embedded, as the wire formats write it: a string, a list of strings, the token ids of one text, or a list of those.
/// What is none of these is kept as what is wrong with it, so that a caller hears it together with everything else.
/// </summary>
[JsonConverter(typeof(TextInputConverter))]
internal sealed class TextInput
{
    public const string BlankMessage = "must not be blank";

    /// <summary>The most wrong places that are named; a list of a million numbers is one mistake.</summary>
    private const int MostNamed = 100;

    private readonly IReadOnlyList<(string Path, string Message)> _wrong;

    private TextInput(IReadOnlyList<string>? texts, IReadOnlyList<int[]>? ids, bool isSingle, IReadOnlyList<(string Path, string Message)> wrong) =>
        (Texts, Ids, IsSingle, _wrong) = (texts, ids, isSingle, wrong);

    /// <summary>The texts; null where there are ids.</summary>
    public IReadOnlyList<string>? Texts { get; }

    /// <summary>The token ids of each text; null where there are texts.</summary>
    public IReadOnlyList<int[]>? Ids { get; }

    /// <summary>Whether one text was given that is not in a list.</summary>
    public bool IsSingle { get; }

    /// <summary>How many texts there are.</summary>
    public int Count => Texts?.Count ?? Ids?.Count ?? 0;

    /// <summary>How many characters (UTF-16) the texts have.</summary>
    public long Characters => Texts?.Sum(text => (long)text.Length) ?? 0;

    public static TextInput Of(string text) => new([text], null, isSingle: true, []);

    public static TextInput Of(IReadOnlyList<string> texts) => new(texts, null, isSingle: false, []);

    public static TextInput OfIds(int[] ids) => new(null, [ids], isSingle: true, []);

    public static TextInput OfIds(IReadOnlyList<int[]> ids) => new(null, ids, isSingle: false, []);

    /// <summary>Something else.</summary>
    /// <param name="wrong">What is wrong with it, by its path inside the field, such as <c>[3]</c>.</param>
    public static TextInput OfWrong(IReadOnlyList<(string Path, string Message)> wrong) => new(null, null, isSingle: false, wrong);

    /// <summary>The path of a text in the body.</summary>
    public string PathOf(string field, int index) => IsSingle ? field : $"{field}[{index}]";

    /// <summary>Names what cannot be embedded, and anything that is no list of strings.</summary>
    public void ValidateStrings(FieldErrors errors, string field, int maxTexts)
    {
        if (IsSingle || Ids is not null)
        {
            errors.Add(field, "must be a list of strings");
            return;
        }

        Validate(errors, field, maxTexts);
    }

    /// <summary>Names what cannot be embedded.</summary>
    public void Validate(FieldErrors errors, string field, int maxTexts)
    {
        foreach (var (path, message) in _wrong)
        {
            errors.Add(field + path, message);
        }

        if (_wrong.Count > 0)
        {
            return;
        }

        errors.AddIf(Count == 0, field, "must not be empty");
        errors.AddIf(Count > maxTexts, field, $"must not hold more than {maxTexts} texts");
        for (var (i, named) = (0, 0); i < Count && named < MostNamed && Count <= maxTexts; i++)
        {
            if (Texts is null ? Ids![i].Length == 0 : Blank.Is(Texts[i]))
            {
                errors.Add(PathOf(field, i), Texts is null ? "must not be empty" : BlankMessage);
                named++;
            }
        }
    }
}
