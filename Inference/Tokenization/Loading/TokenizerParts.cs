using EmbedPlatform.Inference.Tokenization.AddedTokens;
using EmbedPlatform.Inference.Tokenization.Models;
using EmbedPlatform.Inference.Tokenization.Normalization;
using EmbedPlatform.Inference.Tokenization.PostProcessing;
using EmbedPlatform.Inference.Tokenization.PreTokenization;

namespace EmbedPlatform.Inference.Tokenization.Loading;

/// <summary>The parts of a tokenizer.</summary>
internal sealed record TokenizerParts(
    TokenizerModel Model,
    Normalizer? Normalizer,
    PreTokenizer? PreTokenizer,
    Template Template,
    Decoder? Decoder,
    IReadOnlyList<AddedToken> AddedTokens,
    int? PadId,
    EncodeOptions? Truncation
);
