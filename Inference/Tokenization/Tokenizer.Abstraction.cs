using System.Buffers;
using EmbedPlatform.Inference.Tokenization.PostProcessing;
using Microsoft.ML.Tokenizers;

namespace EmbedPlatform.Inference.Tokenization;

// The members of Microsoft.ML.Tokenizers.Tokenizer. Normalizer and PreTokenizer stay null, because those types cannot carry the positions
// that the file's steps track.
public sealed partial class Tokenizer
{
    /// <summary>
    /// This tokenizer for chunkers that turn normalization off only to get positions in the original text
    /// (Microsoft.Extensions.DataIngestion's do). Its positions are always those, so it normalizes regardless and counts tokens as the
    /// model does; otherwise an uncased model's capital letters would count as unknown words.
    /// </summary>
    public Microsoft.ML.Tokenizers.Tokenizer ForChunkers => field ??= new NormalizingTokenizer(this);

    /// <summary>The text of ids, as far as tokenizing preserves it, without special tokens.</summary>
    /// <param name="ids">The ids.</param>
    /// <exception cref="ArgumentNullException">The ids are null.</exception>
    /// <exception cref="InvalidOperationException">An id is not in the vocabulary.</exception>
    public override string Decode(IEnumerable<int> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        var list = ids.ToArray();
        return Array.FindIndex(list, id => NameOf(id) is null) is >= 0 and var unknown
            ? throw new InvalidOperationException($"The vocabulary has no token {list[unknown]}.")
            : Decode(list.AsSpan());
    }

    /// <summary>Writes the text of ids, as far as tokenizing preserves it, without special tokens.</summary>
    /// <param name="ids">The ids.</param>
    /// <param name="destination">
    /// Receives all of the text or none, because the text of the first ids need not be a prefix of the text of all.
    /// </param>
    /// <param name="idsConsumed">The number of ids written, or of ids before the one that is not in the vocabulary.</param>
    /// <param name="charsWritten">The number of UTF-16 units written.</param>
    /// <returns>Done; DestinationTooSmall; InvalidData if an id is not in the vocabulary.</returns>
    /// <exception cref="ArgumentNullException">The ids are null.</exception>
    public override OperationStatus Decode(IEnumerable<int> ids, Span<char> destination, out int idsConsumed, out int charsWritten)
    {
        ArgumentNullException.ThrowIfNull(ids);
        (idsConsumed, charsWritten) = (0, 0);
        var list = ids.ToArray();
        if (Array.FindIndex(list, id => NameOf(id) is null) is >= 0 and var unknown)
        {
            idsConsumed = unknown;
            return OperationStatus.InvalidData;
        }

        var text = Decode(list.AsSpan());
        if (!text.TryCopyTo(destination))
        {
            return OperationStatus.DestinationTooSmall;
        }

        (idsConsumed, charsWritten) = (list.Length, text.Length);
        return OperationStatus.Done;
    }

    /// <summary>
    /// The tokens of a text without special tokens. <see cref="EncodedToken.Offset"/> are UTF-16 positions in the original text,
    /// regardless of normalization, and the normalized text is always null; tokens whose normalized characters come from one original
    /// character have its position. A limit never splits the tokens of a character; the result then has fewer.
    /// </summary>
    /// <param name="text">The text; null to use <paramref name="textSpan"/>.</param>
    /// <param name="textSpan">The text if <paramref name="text"/> is null.</param>
    /// <param name="settings">
    /// The steps to apply and the maximum number of tokens. Without the normalizer the ids are those of the unnormalized text, which few
    /// models were trained on.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException"><see cref="EncodeSettings.MaxTokenCount"/> is below 1.</exception>
    protected override EncodeResults<EncodedToken> EncodeToTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        var source = text is null ? textSpan : text;
        var workspace = Read(source, settings);
        try
        {
            var found = workspace.First;
            var (count, end) = TokenCountIndex.Beginning(found, source, settings.MaxTokenCount);
            var tokens = new EncodedToken[count];
            for (var i = 0; i < count; i++)
            {
                tokens[i] = new EncodedToken(found.Ids[i], NameOf(found.Ids[i])!, found.Starts[i]..found.Ends[i]);
            }

            return new EncodeResults<EncodedToken> { Tokens = tokens, CharsConsumed = end };
        }
        finally
        {
            Return(workspace);
        }
    }

    /// <summary>The ids of <see cref="EncodeToTokens"/>.</summary>
    /// <inheritdoc cref="EncodeToTokens"/>
    protected override EncodeResults<int> EncodeToIds(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        var source = text is null ? textSpan : text;
        var workspace = Read(source, settings);
        try
        {
            var (count, end) = TokenCountIndex.Beginning(workspace.First, source, settings.MaxTokenCount);
            return new EncodeResults<int> { Tokens = workspace.First.Ids[..count].ToArray(), CharsConsumed = end };
        }
        finally
        {
            Return(workspace);
        }
    }

    /// <summary>The number of tokens of <see cref="EncodeToTokens"/>, without allocating them.</summary>
    /// <inheritdoc cref="EncodeToTokens"/>
    protected override int CountTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        var source = text is null ? textSpan : text;
        var workspace = Read(source, settings);
        try
        {
            return TokenCountIndex.Beginning(workspace.First, source, settings.MaxTokenCount).Count;
        }
        finally
        {
            Return(workspace);
        }
    }

    /// <summary>
    /// The index up to which a number of tokens reaches, counted in the whole text; the part by itself may have a few more or fewer if
    /// the cut is inside a word. A cut is never inside a character, nor before marks that normalization removes.
    /// </summary>
    /// <param name="text">The text; null to use <paramref name="textSpan"/>.</param>
    /// <param name="textSpan">The text if <paramref name="text"/> is null.</param>
    /// <param name="settings">The steps to apply and the maximum number of tokens.</param>
    /// <param name="fromEnd">Whether the end of the text is kept instead of its beginning.</param>
    /// <param name="normalizedText">Always null: the index refers to the original text.</param>
    /// <param name="tokenCount">The number of tokens kept.</param>
    /// <returns>
    /// The end of the kept text, or its start if the end is kept; if nothing fits, 0, or the text's length if the end is kept.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException"><see cref="EncodeSettings.MaxTokenCount"/> is below 1.</exception>
    protected override int GetIndexByTokenCount(
        string? text,
        ReadOnlySpan<char> textSpan,
        EncodeSettings settings,
        bool fromEnd,
        out string? normalizedText,
        out int tokenCount
    )
    {
        var source = text is null ? textSpan : text;
        var workspace = Read(source, settings);
        try
        {
            normalizedText = null;
            (tokenCount, var index) = fromEnd
                ? TokenCountIndex.End(workspace.First, source, settings.MaxTokenCount)
                : TokenCountIndex.Beginning(workspace.First, source, settings.MaxTokenCount);
            return index;
        }
        finally
        {
            Return(workspace);
        }
    }

    /// <summary>A workspace whose first list has the tokens of a text; the caller returns it.</summary>
    private Workspace Read(ReadOnlySpan<char> text, EncodeSettings settings)
    {
        if (settings.MaxTokenCount < 1)
        {
            throw new ArgumentOutOfRangeException(
                nameof(settings),
                settings.MaxTokenCount,
                "The maximum number of tokens must be at least 1."
            );
        }

        var workspace = Rent();
        workspace.First.Clear();
        AddTokens(workspace, text, new Steps(false, settings.ConsiderNormalization, settings.ConsiderPreTokenization), workspace.First);
        return workspace;
    }

    private sealed class NormalizingTokenizer(Tokenizer tokenizer) : Microsoft.ML.Tokenizers.Tokenizer
    {
        public override string Decode(IEnumerable<int> ids) => tokenizer.Decode(ids);

        public override OperationStatus Decode(IEnumerable<int> ids, Span<char> destination, out int idsConsumed, out int charsWritten) =>
            tokenizer.Decode(ids, destination, out idsConsumed, out charsWritten);

        protected override EncodeResults<EncodedToken> EncodeToTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings) =>
            tokenizer.EncodeToTokens(text, textSpan, Normalizing(settings));

        protected override EncodeResults<int> EncodeToIds(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings) =>
            tokenizer.EncodeToIds(text, textSpan, Normalizing(settings));

        protected override int CountTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings) =>
            tokenizer.CountTokens(text, textSpan, Normalizing(settings));

        protected override int GetIndexByTokenCount(
            string? text,
            ReadOnlySpan<char> textSpan,
            EncodeSettings settings,
            bool fromEnd,
            out string? normalizedText,
            out int tokenCount
        ) => tokenizer.GetIndexByTokenCount(text, textSpan, Normalizing(settings), fromEnd, out normalizedText, out tokenCount);

        private static EncodeSettings Normalizing(EncodeSettings settings)
        {
            settings.ConsiderNormalization = true;
            return settings;
        }
    }
}
