using System.Globalization;
using System.Text.RegularExpressions;

namespace EmbedPlatform.SearchApi.Filters;

/// <summary>
/// Parses ISO 8601 dates and times: <c>yyyy-MM-dd</c>, or with <c>THH:mm</c>, <c>:ss</c>, up to six fractional digits and an
/// offset; without an offset, UTC. The SQL function <c>iso_instant</c> accepts the same format.
/// </summary>
internal static partial class IsoInstant
{
    /// <summary>Parses an instant (UTC); null if the text is not one.</summary>
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

    /// <summary>Whether a text starts like a date, valid or not.</summary>
    public static bool HasShapeOfDate(string text) => Shape().IsMatch(text);

    [GeneratedRegex(@"^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ].*)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Shape();

    [GeneratedRegex(
        @"^[0-9]{4}-[0-9]{2}-[0-9]{2}(T([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6})?)?(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9])?)?\z",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Form();
}
