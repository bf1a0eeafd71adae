namespace EmbedPlatform.Inference.Models;

/// <summary>The task of a model.</summary>
public enum ModelTask
{
    /// <summary>Turns a text into a vector.</summary>
    Embed,

    /// <summary>Scores how well a document answers a query.</summary>
    Rerank,
}

/// <summary>The pooling of token vectors into the vector of the text.</summary>
public enum Pooling
{
    /// <summary>The graph pools.</summary>
    None,

    /// <summary>The vector of the first token.</summary>
    Cls,

    /// <summary>The mean over all tokens except padding.</summary>
    Mean,

    /// <summary>The vector of the last token that is not padding, as decoder models use it.</summary>
    Last,
}
