using System.Text.Json;
using EmbedPlatform.Inference.Tokenization.PostProcessing;

namespace EmbedPlatform.Inference.Tokenization.Loading;

internal static class TemplateReader
{
    /// <exception cref="TokenizerFormatException">The type is not supported.</exception>
    public static Template Read(JsonElement json) =>
        JsonFields.TypeOf(json) switch
        {
            "TemplateProcessing" => Named(json),
            "BertProcessing" => Around(Special(json, "cls"), Special(json, "sep"), pairSeparators: 1, secondType: 1),
            "RobertaProcessing" => Around(Special(json, "cls"), Special(json, "sep"), pairSeparators: 2, secondType: 0) with
            {
                Trimming = Trimming(json),
            },
            "ByteLevel" => Template.Plain with { Trimming = Trimming(json) },
            "Sequence" => Sequence(json),
            var type => throw TokenizerFormatException.Unsupported("post_processor", type),
        };

    // ByteLevel only trims positions, so at most one of a sequence adds tokens.
    private static Template Sequence(JsonElement json)
    {
        var processors = JsonFields.Required(json, "post_processor Sequence", "processors").EnumerateArray().ToArray();
        var trimming = processors
            .Where(processor => JsonFields.TypeOf(processor) == "ByteLevel")
            .Select(Trimming)
            .FirstOrDefault(trimming => trimming is not null);
        var templates = processors.Where(processor => JsonFields.TypeOf(processor) != "ByteLevel").Select(Read).ToArray();
        return templates.Length switch
        {
            0 => Template.Plain with { Trimming = trimming },
            1 => templates[0] with { Trimming = trimming ?? templates[0].Trimming },
            _ => throw new TokenizerFormatException("post_processor Sequence: more than one processor that adds tokens is not supported."),
        };
    }

    private static OffsetTrimming? Trimming(JsonElement json) =>
        JsonFields.Flag(json, "trim_offsets", true) ? new OffsetTrimming(JsonFields.Flag(json, "add_prefix_space", true)) : null;

    private static Template Around(int first, int separator, int pairSeparators, int secondType) =>
        new(
            [Template.Special(first, 0), Template.Text(0, 0), Template.Special(separator, 0)],
            [
                Template.Special(first, 0),
                Template.Text(0, 0),
                .. Enumerable.Repeat(Template.Special(separator, 0), pairSeparators),
                Template.Text(1, secondType),
                Template.Special(separator, secondType),
            ]
        );

    private static int Special(JsonElement json, string name) =>
        JsonFields.Required(json, $"post_processor {JsonFields.TypeOf(json)}", name)[1].GetInt32();

    private static Template Named(JsonElement json)
    {
        const string Part = "post_processor TemplateProcessing";
        var special = JsonFields
            .Required(json, Part, "special_tokens")
            .EnumerateObject()
            .ToDictionary(
                token => token.Name,
                token => token.Value.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()).ToArray()
            );
        var template = new Template(Parts("single"), Parts("pair"));
        return template.Single.All(part => part.Sequence != 1)
            ? template
            : throw new TokenizerFormatException($"{Part}: single names the second text of a pair.");

        List<TemplatePart> Parts(string name) => [.. JsonFields.Required(json, Part, name).EnumerateArray().Select(ReadPart)];

        TemplatePart ReadPart(JsonElement part)
        {
            if (part.TryGetProperty("Sequence", out var sequence))
            {
                return Template.Text(JsonFields.Text(sequence, "id") == "B" ? 1 : 0, JsonFields.Number(sequence, "type_id") ?? 0);
            }

            var token = JsonFields.Required(part, Part, "SpecialToken");
            var name = JsonFields.Text(token, "id") ?? "";
            return special.TryGetValue(name, out var ids)
                ? new TemplatePart(-1, ids, JsonFields.Number(token, "type_id") ?? 0)
                : throw new TokenizerFormatException($"{Part}: the template names {name}, which special_tokens lacks.");
        }
    }
}
