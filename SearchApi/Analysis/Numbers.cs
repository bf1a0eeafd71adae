using System.Globalization;

namespace EmbedPlatform.SearchApi.Analysis;

/// <summary>The spellings of numbers.</summary>
internal static class Numbers
{
    /// <summary>Whether commas group the digits by three, as in <c>60,331</c>.</summary>
    public static bool IsGrouped(ReadOnlySpan<char> number)
    {
        var comma = number.IndexOf(',');
        if (comma is < 1 or > 3)
        {
            return false;
        }

        var point = number.IndexOf('.');
        var whole = point < 0 ? number : number[..point];
        for (var i = 0; i < number.Length; i++)
        {
            var isComma = i >= comma && i < whole.Length && (i - comma) % 4 == 0;
            if (isComma ? number[i] != ',' : i != point && !char.IsAsciiDigit(number[i]))
            {
                return false;
            }
        }

        return (whole.Length - comma) % 4 == 0;
    }

    /// <summary>A word with the decimal digits of any script as ASCII digits.</summary>
    public static string WithAsciiDigits(string word) =>
        word.Any(c => c > '\u007F' && char.IsDigit(c))
            ? string.Create(
                word.Length,
                word,
                (output, input) =>
                {
                    for (var i = 0; i < input.Length; i++)
                    {
                        output[i] = char.IsDigit(input[i]) ? (char)('0' + CharUnicodeInfo.GetDecimalDigitValue(input[i])) : input[i];
                    }
                }
            )
            : word;

    /// <summary>The digit of a subscript or superscript; null for another character.</summary>
    public static char? ScriptDigit(char c) =>
        c switch
        {
            '\u00B9' => '1',
            '\u00B2' => '2',
            '\u00B3' => '3',
            '\u2070' or (>= '\u2074' and <= '\u2079') => (char)('0' + c - '\u2070'),
            >= '\u2080' and <= '\u2089' => (char)('0' + c - '\u2080'),
            _ => null,
        };
}
