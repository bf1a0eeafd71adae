namespace EmbedPlatform.ModelServiceDefaults.Wire;

/// <summary>A model, as OpenAI's <c>GET /v1/models</c> lists it.</summary>
/// <param name="Object">Always <c>model</c>.</param>
/// <param name="Created">Always 0: the catalogue holds no dates.</param>
public sealed record OpenAiModel(string Id, string Object, long Created, string OwnedBy);
