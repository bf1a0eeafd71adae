using System.Buffers;
using EmbedPlatform.Inference.Tokenization.PostProcessing;
using Microsoft.ML.Tokenizers;

namespace EmbedPlatform.Inference.Tokenization;

// The members of Microsoft.ML.Tokenizers.Tokenizer. Normalizer and PreTokenizer stay null, because those types cannot carry the positions
// that the file's steps track.
public sealed partial class Tokenizer
{
    /// <summary>
    /// This tokenizer for chunkers that ask for texts that are not normalized only to get positions in the text as it is
    /// (Microsoft.Extensions.DataIngestion's do). Positions are those here anyhow, so it normalizes all the same: a count is the model's.
    /// Without it an uncased model's capital letters would be counted as unknown words.
    /// </summary>
    public Microsoft.ML.Tokenizers.Tokenizer ForChunkers => field ??= new NormalizingTokenizer(this);

    /// <summary>The text of ids, as far as tokenizing preserves it, without special tokens.</summary>
    /// <param name="ids">The ids.</param>
    /// <exception cref="ArgumentNullException">There are none.</exception>
    /// <exception cref="InvalidOperationException">The vocabulary lacks an id.</exception>
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
    /// Where the text goes: all of it or nothing, as the text of some ids need not be the beginning of the text of more.
    /// </param>
    /// <param name="idsConsumed">How many ids were written, or stand before the one that the vocabulary lacks.</param>
    /// <param name="charsWritten">The length of what was written, in UTF-16 positions.</param>
    /// <returns>Done; DestinationTooSmall; InvalidData where the vocabulary lacks an id.</returns>
    /// <exception cref="ArgumentNullException">There are no ids.</exception>
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
    /// The tokens of a text without special tokens. <see cref="EncodedToken.Offset"/> are UTF-16 positions in the text as it is given,
    /// whatever normalizing makes of it, and the normalized text is always null; a token that several normalized characters of one original
    /// share has the position of that one. A limit never takes a part of a character's tokens: there are fewer then.
    /// </summary>
    /// <param name="text">The text; null: <paramref name="textSpan"/> is.</param>
    /// <param name="textSpan">The text where <paramref name="text"/> is null.</param>
    /// <param name="settings">
    /// The steps to take and the most tokens. Without a step that rewrites texts the ids are those of the text as it stands, which few
    /// models have ever seen.
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

    /// <summary>The number of <see cref="EncodeToTokens"/>; nothing is allocated for them.</summary>
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
    /// The index that a number of tokens reaches in the text, counted in the whole text; a part by itself may have some more or fewer where
    /// the cut is inside a word. No cut is inside a character, nor before marks that normalizing takes away.
    /// </summary>
    /// <param name="text">The text; null: <paramref name="textSpan"/> is.</param>
    /// <param name="textSpan">The text where <paramref name="text"/> is null.</param>
    /// <param name="settings">The steps to take and the most tokens.</param>
    /// <param name="fromEnd">Whether the end of the text is kept instead of its beginning.</param>
    /// <param name="normalizedText">Always null: the index is one of the text as it is given.</param>
    /// <param name="tokenCount">How many tokens are kept.</param>
    /// <returns>
    /// One past the last character that is kept, or the first one from the end; where nothing fits 0, or the text's length from the end.
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

    /// <summary>A workspace whose first list has the tokens of a text; the caller gives it back.</summary>
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
