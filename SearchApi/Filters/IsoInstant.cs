using System.Globalization;
using System.Text.RegularExpressions;

namespace EmbedPlatform.SearchApi.Filters;

/// <summary>
/// ISO 8601 dates and times as filters read them: <c>yyyy-MM-dd</c>, or with <c>THH:mm</c>, <c>:ss</c>, up to six digits of fractions and
/// an
/// offset. Without an offset it is UTC. The SQL function <c>iso_instant</c> reads the same form.
/// </summary>
internal static partial class IsoInstant
{
    /// <summary>Reads an instant (UTC); null where a text is none.</summary>
    public static DateTime? Read(string text) =>
        Form().IsMatch(text)
        && DateTimeOffset.TryParse(
            text,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var instant
        )
            ? instant.UtcDateTime
            : null;

    [GeneratedRegex(
        @"^[0-9]{4}-[0-9]{2}-[0-9]{2}(T([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6})?)?(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9])?)?\z",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Form();
}
