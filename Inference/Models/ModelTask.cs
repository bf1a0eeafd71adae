namespace EmbedPlatform.Inference.Models;

/// <summary>What a model is for.</summary>
public enum ModelTask
{
    /// <summary>Turns a text into a vector.</summary>
    Embed,

    /// <summary>Scores how well a document answers a query.</summary>
    Rerank,
}

/// <summary>How the vectors of the tokens become the vector of the text.</summary>
public enum Pooling
{
    /// <summary>The graph gives the result itself.</summary>
    None,

    /// <summary>The vector of the first token.</summary>
    Cls,

    /// <summary>The mean over the tokens, padding left out.</summary>
    Mean,

    /// <summary>The vector of the last token that is no padding, as decoders need it.</summary>
    Last,
}
