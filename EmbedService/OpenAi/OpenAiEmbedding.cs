using System.Text.Json.Serialization;
using EmbedPlatform.EmbedService.Embedding;
using EmbedPlatform.EmbedService.Embedding.Input;
using EmbedPlatform.EmbedService.Http;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.ServiceDefaults.Failures;
using EmbedPlatform.ServiceDefaults.Limits;

namespace EmbedPlatform.EmbedService.OpenAi;

/// <summary>The body of <c>POST /v1/embeddings</c>.</summary>
/// <param name="Input">A string, a list of strings, a list of token ids of the model that is named (one of OpenAI's or one that is served), or a list of those.</param>
/// <param name="Model">The model's name or an alias.</param>
/// <param name="Dimensions">The length to which vectors are cut.</param>
/// <param name="EncodingFormat"><c>float</c> (the default) or <c>base64</c>.</param>
/// <param name="User">Whatever the caller calls its user; not looked at.</param>
/// <param name="InputType">An extension: <c>document</c> (the default) or <c>query</c>.</param>
/// <param name="Truncate">An extension: <c>right</c> (the default), <c>left</c> or <c>error</c>, which is what OpenAI does.</param>
/// <param name="Priority">An extension: <c>interactive</c> (the default) or <c>bulk</c>.</param>
internal sealed record OpenAiEmbedBody(
    TextInput? Input = null,
    string? Model = null,
    int? Dimensions = null,
    string? EncodingFormat = null,
    string? User = null,
    string? InputType = null,
    string? Truncate = null,
    string? Priority = null) : ICheckedBody
{
    private static readonly Choices<VectorEncoding> Encodings = new(("float", VectorEncoding.Float), ("base64", VectorEncoding.Base64));
    private static readonly Choices<LongText> LongTexts = new(("right", LongText.Right), ("left", LongText.Left), ("error", LongText.Error));

    [JsonIgnore]
    public VectorEncoding VectorEncoding => Encodings.Of(EncodingFormat);

    /// <inheritdoc/>
    public FieldErrors Validate(int maxTexts)
    {
        var errors = new FieldErrors().AddIf(Input is null, "input", "is required");
        Input?.Validate(errors, "input", maxTexts);
        Encodings.Validate(errors, "encoding_format", EncodingFormat);
        EmbedSettings.Roles.Validate(errors, "input_type", InputType);
        EmbedSettings.Lanes.Validate(errors, "priority", Priority);
        LongTexts.Validate(errors, "truncate", Truncate);
        return errors.AddIf(Dimensions < 1, "dimensions", "must be 1 or more");
    }

    /// <summary>What a valid body asks for.</summary>
    public EmbedWork ToWork(RequestDeadline deadline) => new(Input!, "input")
    {
        Model = Model,
        IdsNeedModel = true,
        Role = EmbedSettings.Roles.Of(InputType),
        Lane = EmbedSettings.Lanes.Of(Priority),
        Deadline = deadline,
        LongText = LongTexts.Of(Truncate),
        Dimensions = Dimensions,
        Normalize = true,
    };
}

/// <summary>The answer of <c>POST /v1/embeddings</c>.</summary>
/// <param name="Object">Always <c>list</c>.</param>
/// <param name="Data">The embeddings, in the order of the input.</param>
/// <param name="Model">The model that embedded them.</param>
/// <param name="Usage">What it cost.</param>
/// <param name="Fallback">An extension: why another model than the one that was asked for served; absent where it is the one.</param>
internal sealed record OpenAiEmbeddings(string Object, IReadOnlyList<OpenAiEmbedding> Data, string Model, OpenAiUsage Usage, string? Fallback)
{
    public static OpenAiEmbeddings Of(Embedded embedded, VectorEncoding encoding)
    {
        var tokens = embedded.Tokens;
        return new OpenAiEmbeddings(
            "list",
            [.. embedded.Items.Select((item, i) => new OpenAiEmbedding("embedding", i, new WireVector(item.Vector, encoding), item.Truncated ? true : null))],
            embedded.Model.Id,
            new OpenAiUsage(tokens, tokens),
            embedded.Fallback);
    }
}

/// <summary>One embedding.</summary>
/// <param name="Object">Always <c>embedding</c>.</param>
/// <param name="Index">The position in the input.</param>
/// <param name="Embedding">A list of numbers, or base64 of little-endian floats.</param>
/// <param name="Truncated">An extension: true where the text was longer than the model takes; else absent.</param>
internal sealed record OpenAiEmbedding(string Object, int Index, WireVector Embedding, bool? Truncated);

/// <summary>What a request cost.</summary>
/// <param name="PromptTokens">How many tokens were embedded.</param>
/// <param name="TotalTokens">The same.</param>
internal sealed record OpenAiUsage(long PromptTokens, long TotalTokens);

/// <summary>The answer of <c>GET /v1/models</c>.</summary>
/// <param name="Object">Always <c>list</c>.</param>
/// <param name="Data">The models, the default one first.</param>
internal sealed record OpenAiModels(string Object, IReadOnlyList<OpenAiModel> Data);

/// <summary>A model.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Object">Always <c>model</c>.</param>
/// <param name="Created">Seconds of 1970; 0, for models have no date here.</param>
/// <param name="OwnedBy">Who publishes it: what its id has before the slash.</param>
internal sealed record OpenAiModel(string Id, string Object, long Created, string OwnedBy)
{
    public static OpenAiModel Of(string id) => new(id, "model", 0, id.Split('/') is [var owner, _, ..] ? owner : "embedplatform");
}
