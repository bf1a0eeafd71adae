using System.Text.Json.Nodes;
using EmbedPlatform.Inference.Tokenization;

namespace EmbedPlatform.Inference.Tests.Tokenization;

/// <summary>Builds a small tokenizer.json; without a word it is a WordPiece of three tokens.</summary>
internal sealed class TokenizerJson
{
    private readonly JsonObject _root = new()
    {
        ["added_tokens"] = new JsonArray(),
        ["model"] = JsonNode.Parse("""{"type":"WordPiece","unk_token":"[UNK]","vocab":{"[UNK]":0,"a":1,"##b":2}}"""),
    };

    /// <summary>Sets a part (normalizer, model and so on) to JSON.</summary>
    public TokenizerJson With(string part, string json)
    {
        _root[part] = JsonNode.Parse(json);
        return this;
    }

    /// <summary>Adds an added token; <paramref name="flags"/> are those that are true.</summary>
    public TokenizerJson Adding(int id, string content, params string[] flags)
    {
        var token = new JsonObject
        {
            ["id"] = id,
            ["content"] = content,
            ["normalized"] = false,
        };
        foreach (var flag in flags)
        {
            token[flag] = true;
        }

        _root["added_tokens"]!.AsArray().Add(token);
        return this;
    }

    public Tokenizer Build() => Tokenizer.Parse(System.Text.Encoding.UTF8.GetBytes(_root.ToJsonString()));

    /// <summary>
    /// A BPE of the given tokens, ids in their order, and merges "left right"; <paramref name="settings"/> is more JSON of the model,
    /// ending in a comma.
    /// </summary>
    public static TokenizerJson Bpe(string[] tokens, string[] merges, string settings = "")
    {
        var vocabulary = new JsonObject(tokens.Select((token, id) => KeyValuePair.Create(token, (JsonNode?)JsonValue.Create(id))));
        var pairs = new JsonArray([.. merges.Select(merge => (JsonNode)JsonValue.Create(merge)!)]);
        return new TokenizerJson().With(
            "model",
            $$"""{"type":"BPE",{{settings}}"vocab":{{vocabulary.ToJsonString()}},"merges":{{pairs.ToJsonString()}}}"""
        );
    }
}
