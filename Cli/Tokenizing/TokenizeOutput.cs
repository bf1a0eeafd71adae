using System.Buffers;
using System.Globalization;

namespace EmbedPlatform.Cli.Tokenizing;

/// <summary>Formats a line of output by hand, because there are millions of lines and they hold only digits.</summary>
internal static class TokenizeOutput
{
    private const int LongestNumber = 12;
    private const string Before = "{\"ids\":[";
    private const string Between = "],\"type_ids\":[";
    private const string After = "]}";

    /// <summary>Formats ids and type ids as JSON.</summary>
    public static string Format(ReadOnlySpan<int> ids, ReadOnlySpan<int> typeIds)
    {
        var most = Before.Length + Between.Length + After.Length + ((ids.Length + typeIds.Length) * LongestNumber);
        var buffer = ArrayPool<char>.Shared.Rent(most);
        try
        {
            var length = 0;
            Append(Before, buffer, ref length);
            Append(ids, buffer, ref length);
            Append(Between, buffer, ref length);
            Append(typeIds, buffer, ref length);
            Append(After, buffer, ref length);
            return new string(buffer, 0, length);
        }
        finally
        {
            ArrayPool<char>.Shared.Return(buffer);
        }
    }

    private static void Append(string text, char[] buffer, ref int length)
    {
        text.CopyTo(buffer.AsSpan(length));
        length += text.Length;
    }

    private static void Append(ReadOnlySpan<int> numbers, char[] buffer, ref int length)
    {
        for (var i = 0; i < numbers.Length; i++)
        {
            if (i > 0)
            {
                buffer[length++] = ',';
            }

            _ = numbers[i].TryFormat(buffer.AsSpan(length), out var written, provider: CultureInfo.InvariantCulture);
            length += written;
        }
    }
}
