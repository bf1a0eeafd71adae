using System.Collections.Concurrent;
using EmbedPlatform.Inference.Tokenization.AddedTokens;
using EmbedPlatform.Inference.Tokenization.Loading;
using EmbedPlatform.Inference.Tokenization.Models;
using EmbedPlatform.Inference.Tokenization.Normalization;
using EmbedPlatform.Inference.Tokenization.PostProcessing;
using EmbedPlatform.Inference.Tokenization.PreTokenization;

namespace EmbedPlatform.Inference.Tokenization;

/// <summary>
/// A tokenizer loaded from a Hugging Face tokenizer.json, which produces exactly the ids that the model was trained on. Thread-safe.
/// </summary>
/// <remarks>
/// <see cref="Encode"/> and <see cref="EncodePair"/> return a model's input, including special tokens. The members of
/// <see cref="Microsoft.ML.Tokenizers.Tokenizer"/>, which chunkers use, tokenize a text alone: they add no special tokens (as that
/// library's EncodeToTokens; its BertTokenizer's EncodeToIds does add them), so the counts of a text's parts add up. A text of n such
/// tokens is n + <see cref="SpecialTokensPerText"/> to the model. Names of special tokens inside a text are plain text to them, as they are
/// to the engine.
/// </remarks>
public sealed partial class Tokenizer : Microsoft.ML.Tokenizers.Tokenizer
{
    private readonly TokenizerModel _model;
    private readonly Normalizer? _normalizer;
    private readonly PreTokenizer? _preTokenizer;
    private readonly Template _template;
    private readonly Template _bareTemplate;
    private readonly Decoder? _decoder;
    private readonly AddedTokenFinder _rawTokens;
    private readonly AddedTokenFinder _normalizedTokens;
    private readonly Dictionary<int, AddedToken> _added;
    private readonly bool[] _special;
    private readonly ConcurrentBag<Workspace> _workspaces = [];

    internal Tokenizer(TokenizerParts parts)
    {
        _model = parts.Model;
        _normalizer = parts.Normalizer;
        _preTokenizer = parts.PreTokenizer;
        _template = parts.Template;
        _bareTemplate = parts.Template.WithoutSpecialTokens();
        SpecialTokensPerText = parts.Template.Single.Sum(part => part.Ids.Length);
        _decoder = parts.Decoder;
        _added = parts.AddedTokens.ToDictionary(token => token.Id);
        _rawTokens = new AddedTokenFinder(parts.AddedTokens.Where(token => !token.Normalized));
        _normalizedTokens = new AddedTokenFinder(
            parts.AddedTokens.Where(token => token.Normalized).Select(token => token with { Content = Normalize(token.Content) })
        );
        VocabularySize = Math.Max(_model.VocabularySize, parts.AddedTokens.Select(token => token.Id + 1).DefaultIfEmpty().Max());
        PadId = parts.PadId;
        FileTruncation = parts.Truncation;
        _special = new bool[VocabularySize];
        foreach (var token in parts.AddedTokens.Where(token => token.Special))
        {
            _special[token.Id] = true;
        }
    }

    /// <summary>The number of ids; every id is below it.</summary>
    public int VocabularySize { get; }

    /// <summary>The number of special tokens (<c>[CLS]</c>, <c>&lt;s&gt;</c> and so on) around a single text.</summary>
    public int SpecialTokensPerText { get; }

    /// <summary>
    /// The padding id, if the file defines one. The tokenizer itself never pads, regardless of the file's padding section.
    /// </summary>
    public int? PadId { get; }

    /// <summary>
    /// The file's truncation section; null if it has none. It is not applied automatically, because the length limit depends on the model.
    /// </summary>
    public EncodeOptions? FileTruncation { get; }

    /// <summary>Reads a tokenizer.json.</summary>
    /// <param name="path">Its path.</param>
    /// <exception cref="TokenizerFormatException">It is damaged, or uses an unsupported feature, which the message names.</exception>
    public static Tokenizer Load(string path) => Parse(File.ReadAllBytes(path));

    /// <summary>Reads a tokenizer.json.</summary>
    /// <param name="json">Its bytes, UTF-8.</param>
    /// <exception cref="TokenizerFormatException">It is damaged, or uses an unsupported feature, which the message names.</exception>
    public static Tokenizer Parse(ReadOnlyMemory<byte> json) => new(TokenizerFile.Read(json));

    /// <summary>The ids of a text.</summary>
    /// <param name="text">The text; a lone surrogate counts as U+FFFD.</param>
    /// <param name="options">Special tokens and truncation.</param>
    public Encoding Encode(ReadOnlySpan<char> text, EncodeOptions? options = null)
    {
        options ??= EncodeOptions.Default;
        var workspace = Rent();
        try
        {
            workspace.First.Clear();
            AddTokens(workspace, text, Steps.All(options.MatchSpecialTokens), workspace.First);
            return SequenceAssembler.Build(TemplateOf(options).Single, workspace.First, null, options);
        }
        finally
        {
            Return(workspace);
        }
    }

    /// <summary>The ids of a pair of texts, such as a query and a document.</summary>
    /// <param name="first">The first text.</param>
    /// <param name="second">The second text.</param>
    /// <param name="options">Special tokens and truncation.</param>
    public Encoding EncodePair(ReadOnlySpan<char> first, ReadOnlySpan<char> second, EncodeOptions? options = null)
    {
        options ??= EncodeOptions.Default;
        var workspace = Rent();
        try
        {
            workspace.First.Clear();
            workspace.Second.Clear();
            AddTokens(workspace, first, Steps.All(options.MatchSpecialTokens), workspace.First);
            AddTokens(workspace, second, Steps.All(options.MatchSpecialTokens), workspace.Second);
            return SequenceAssembler.Build(TemplateOf(options).Pair, workspace.First, workspace.Second, options);
        }
        finally
        {
            Return(workspace);
        }
    }

    /// <summary>The number of tokens of a text before truncation.</summary>
    /// <param name="text">The text.</param>
    /// <param name="options">Special tokens.</param>
    public int CountTokens(ReadOnlySpan<char> text, EncodeOptions options) => Encode(text, options).TotalTokens;

    /// <summary>Whether the file marks an id as special: start, end, padding, unknown and the like.</summary>
    public bool IsSpecial(int id) => (uint)id < (uint)_special.Length && _special[id];

    /// <summary>The text of ids, as far as tokenizing preserves it.</summary>
    /// <param name="ids">The ids; unknown ones are left out.</param>
    /// <param name="skipSpecialTokens">Whether special tokens are left out.</param>
    public string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens = true)
    {
        var tokens = new List<string>(ids.Length);
        foreach (var id in ids)
        {
            if ((!skipSpecialTokens || (uint)id >= (uint)_special.Length || !_special[id]) && NameOf(id) is { } token)
            {
                tokens.Add(token);
            }
        }

        return _decoder is null ? string.Join(' ', tokens) : string.Concat(_decoder.Apply(tokens));
    }

    private Template TemplateOf(EncodeOptions options) => options.AddSpecialTokens ? _template : _bareTemplate;

    private void AddTokens(Workspace workspace, ReadOnlySpan<char> text, Steps steps, TokenList output)
    {
        workspace.Saw(text.Length);
        var spans = workspace.RawSpans;
        spans.Clear();
        _rawTokens.Find(text, steps.MatchSpecialTokens, spans);
        var done = 0;
        foreach (var span in spans)
        {
            AddPlain(workspace, text, done, span.Start, steps, output);
            output.Add(span.Id, span.Start, span.End);
            done = span.End;
        }

        AddPlain(workspace, text, done, text.Length, steps, output);
        if (_template.Trimming is { } trimming)
        {
            Trim(text, output, trimming);
        }
    }

    // Between added tokens: normalize, then match the added tokens of normalized text.
    private void AddPlain(Workspace workspace, ReadOnlySpan<char> text, int start, int end, Steps steps, TokenList output)
    {
        if (start >= end)
        {
            return;
        }

        workspace.Text.Load(text[start..end], start);
        if (steps.Normalize)
        {
            _normalizer?.Apply(workspace);
        }

        workspace.IsFirstStretch = start == 0;
        var spans = workspace.NormalizedSpans;
        spans.Clear();
        _normalizedTokens.Find(workspace.Text.Span, steps.MatchSpecialTokens, spans);
        if (spans.Count == 0)
        {
            AddWords(workspace, steps, output);
            return;
        }

        workspace.IsFirstStretch = false;
        workspace.SetNormalizedAside();
        var done = 0;
        foreach (var span in spans)
        {
            AddPart(workspace, done, span.Start, steps, output);
            output.Add(span.Id, workspace.Normalized.StartOf(span.Start), workspace.Normalized.EndOf(span.End - 1));
            done = span.End;
        }

        AddPart(workspace, done, workspace.Normalized.Length, steps, output);
    }

    private void AddPart(Workspace workspace, int start, int end, Steps steps, TokenList output)
    {
        if (start < end)
        {
            workspace.Text.ResetAligned(end - start);
            workspace.Text.AppendFrom(workspace.Normalized, start, end);
            AddWords(workspace, steps, output);
        }
    }

    private void AddWords(Workspace workspace, Steps steps, TokenList output)
    {
        workspace.Splits.Clear();
        workspace.Splits.Add(0, workspace.Text.Length);
        if (steps.PreTokenize)
        {
            _preTokenizer?.Apply(workspace);
        }

        var (text, splits, from) = (workspace.Text, workspace.Splits, output.Count);
        var forbidden = steps.MatchSpecialTokens ? null : _special;
        for (var i = 0; i < splits.Count; i++)
        {
            _model.Tokenize(workspace, text.Span, splits.StartOf(i), splits.EndOf(i), forbidden, output);
        }

        output.MapToOriginal(from, text);
    }

    // An added token may include white space that is not part of its name.
    private void Trim(ReadOnlySpan<char> text, TokenList tokens, OffsetTrimming trimming)
    {
        for (var i = 0; i < tokens.Count; i++)
        {
            var (id, start, end) = (tokens.Ids[i], tokens.Starts[i], tokens.Ends[i]);
            var name = _added.ContainsKey(id) ? text[start..end] : _model.TokenOf(id);
            (start, end) = trimming.Trim(name, i == 0, start, end);
            tokens.Move(i, start, end);
        }
    }

    private string? NameOf(int id) => _added.TryGetValue(id, out var added) ? added.Content : _model.TokenOf(id);

    private string Normalize(string text)
    {
        var workspace = new Workspace();
        workspace.Text.Load(text, 0);
        _normalizer?.Apply(workspace);
        return workspace.Text.Span.ToString();
    }

    private Workspace Rent() => _workspaces.TryTake(out var workspace) ? workspace : new Workspace();

    private void Return(Workspace workspace)
    {
        workspace.Trim();
        _workspaces.Add(workspace);
    }

    /// <summary>The steps of the file to apply.</summary>
    /// <param name="MatchSpecialTokens"><inheritdoc cref="EncodeOptions.MatchSpecialTokens" path="/summary"/></param>
    /// <param name="Normalize">Its normalizer.</param>
    /// <param name="PreTokenize">Its pre-tokenizer.</param>
    private readonly record struct Steps(bool MatchSpecialTokens, bool Normalize, bool PreTokenize)
    {
        public static Steps All(bool matchSpecialTokens) => new(matchSpecialTokens, true, true);
    }
}
