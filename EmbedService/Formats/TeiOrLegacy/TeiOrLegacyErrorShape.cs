using EmbedPlatform.EmbedService.Formats.Tei;

namespace EmbedPlatform.EmbedService.Formats.TeiOrLegacy;

/// <summary>TEI's errors, with the in-house servers' status for an error in one of their fields.</summary>
internal sealed class TeiOrLegacyErrorShape : TeiErrorShape
{
    private static readonly string[] LegacyFields = ["text", "texts", "input_type", "priority"];

    protected override bool IsBadRequest(string? field) => base.IsBadRequest(field) || LegacyFields.Contains(field!.Split('[')[0]);
}
