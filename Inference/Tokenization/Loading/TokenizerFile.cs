using System.Text.Json;
using EmbedPlatform.Inference.Tokenization.AddedTokens;
using EmbedPlatform.Inference.Tokenization.PostProcessing;

namespace EmbedPlatform.Inference.Tokenization.Loading;

/// <summary>Reads a whole tokenizer.json. Unsupported features are rejected by name, never ignored.</summary>
internal static class TokenizerFile
{
    private static readonly string[] PadNames = ["[PAD]", "<pad>", "<|endoftext|>", "<|padding|>"];

    /// <exception cref="TokenizerFormatException">It is damaged, or uses an unsupported feature.</exception>
    public static TokenizerParts Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            var model = ModelReader.Read(JsonFields.Required(root, "file", "model"));
            var added = JsonFields.IsNull(root, "added_tokens")
                ? []
                : root.GetProperty("added_tokens")
                    .EnumerateArray()
                    .Select(token => Added(token, model))
                    .GroupBy(token => token.Content)
                    .Select(same => same.Last())
                    .ToArray();
            Check(added);
            return new TokenizerParts(
                model,
                JsonFields.IsNull(root, "normalizer") ? null : NormalizerReader.Read(root.GetProperty("normalizer")),
                JsonFields.IsNull(root, "pre_tokenizer") ? null : PreTokenizerReader.Read(root.GetProperty("pre_tokenizer")),
                JsonFields.IsNull(root, "post_processor") ? Template.Plain : TemplateReader.Read(root.GetProperty("post_processor")),
                JsonFields.IsNull(root, "decoder") ? null : DecoderReader.Read(root.GetProperty("decoder")),
                added,
                PadOf(root, model, added),
                TruncationAndPaddingReader.ReadTruncation(root)
            );
        }
        catch (Exception exception)
            when (exception
                    is JsonException
                        or InvalidOperationException
                        or FormatException
                        or KeyNotFoundException
                        or IndexOutOfRangeException
                        or ArgumentException
            )
        {
            throw new TokenizerFormatException($"the file is not a tokenizer: {exception.Message}", exception);
        }
    }

    private static void Check(AddedToken[] added)
    {
        if (added.FirstOrDefault(token => token.Id is < 0 or > Models.Vocabulary.LargestId) is { } outside)
        {
            throw new TokenizerFormatException($"added_tokens: the id {outside.Id} of {outside.Content} is out of range.");
        }

        if (added.GroupBy(token => token.Id).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new TokenizerFormatException($"added_tokens: the id {twice.Key} is used by more than one token.");
        }
    }

    // A token in the vocabulary keeps its id.
    private static AddedToken Added(JsonElement json, Models.TokenizerModel model)
    {
        var special = JsonFields.Flag(json, "special", false);
        var content = JsonFields.Text(json, "content") ?? throw new TokenizerFormatException("added_tokens: content is missing.");
        var id = JsonFields.Number(json, "id") ?? throw new TokenizerFormatException("added_tokens: id is missing.");
        return new AddedToken(
            model.IdOf(content) ?? id,
            content,
            JsonFields.Flag(json, "single_word", false),
            JsonFields.Flag(json, "lstrip", false),
            JsonFields.Flag(json, "rstrip", false),
            JsonFields.Flag(json, "normalized", !special),
            special
        );
    }

    private static int? PadOf(JsonElement root, Models.TokenizerModel model, AddedToken[] added)
    {
        if (TruncationAndPaddingReader.ReadPadId(root) is { } id)
        {
            return id;
        }

        return PadNames
            .Select(name => added.FirstOrDefault(token => token.Content == name)?.Id ?? model.IdOf(name))
            .FirstOrDefault(found => found is not null);
    }
}
