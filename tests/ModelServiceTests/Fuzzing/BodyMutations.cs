using System.Text;
using System.Text.Json.Nodes;

namespace EmbedPlatform.ModelServiceTests.Fuzzing;

/// <summary>A body and what its header says that it is; null: the header is left out.</summary>
internal sealed record FuzzBody(string What, byte[] Bytes, string? ContentType);

/// <summary>Bodies that no client should send, made of one that it might.</summary>
internal sealed class BodyMutations(FuzzRoute route, Random random)
{
    private static readonly string[] WrongValues =
    [
        "null",
        "true",
        "-1",
        "0",
        "1.5",
        "1e400",
        "-1e400",
        "99999999999999999999999999",
        "2147483648",
        "-9223372036854775809",
        "1e-400",
        "\"\"",
        "[]",
        "{}",
        "[[]]",
        "[null]",
        "[1, \"a\", null]",
        "{\"a\": {\"b\": []}}",
        "\"\\u0000\"",
        "\"\\ud800\"",
        "\"\\udc00\\ud800\"",
        "\"\ufeff\ufffe\"",
        "NaN",
        "-Infinity",
        "'a'",
        "0x10",
        "01",
        "+1",
        "\"a\u0000b\"",
        "-0",
        "[[1,2],[3]]",
        "[-1]",
        "[4294967296]",
    ];

    private static readonly string[] ContentTypes =
    [
        "application/json; charset=utf-8",
        "application/json;charset=\"UTF-8\"",
        "application/json; charset=utf-16",
        "application/json; charset=nonsense",
        "application/json;;;=",
        "application/json; charset=",
        "text/plain",
        "text/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "multipart/form-data; boundary=x",
        "application/x-ndjson",
        "application/problem+json",
        "*/*",
        "",
        "json",
        "application/json, application/json",
        "application/octet-stream",
        "APPLICATION/JSON",
    ];

    public FuzzBody Next()
    {
        var valid = new SchemaValues(route, random).Body()?.ToJsonString() ?? "{}";
        var type = route.ContentType;
        return random.Next(20) switch
        {
            0 or 1 or 2 or 17 or 18 or 19 => new("as it should be", Utf8(valid), type),
            3 or 4 => new("a wrong value", Utf8(WithWrongValue(valid)), type),
            5 => new("cut off", Cut(Utf8(valid)), type),
            6 => new("flipped bytes", Flipped(Utf8(valid)), type),
            7 => new("inserted bytes", Inserted(Utf8(valid)), type),
            8 => new("nested", Nested(), type),
            9 => new("another encoding", Encoded(valid), type),
            10 or 11 => new(
                "another content type",
                Utf8(valid),
                random.Next(8) == 0 ? null : ContentTypes[random.Next(ContentTypes.Length)]
            ),
            12 => new("no object", Utf8(WrongValues[random.Next(WrongValues.Length)]), type),
            13 => new("duplicate and unknown names", Utf8(Doubled(valid)), type),
            14 => new("several documents", Utf8(valid + (random.Next(2) == 0 ? "\n" : " ") + valid), type),
            15 => new("noise", Noise(), type),
            _ => random.Next(30) == 0 ? new("a long text", Utf8(WithLongText(valid)), type) : new("empty", [], type),
        };
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private string WithWrongValue(string valid)
    {
        var wrong = WrongValues[random.Next(WrongValues.Length)];
        var marker = "\u0001wrong\u0001";
        if (JsonNode.Parse(valid) is not JsonObject { Count: > 0 } body)
        {
            return wrong;
        }

        var name = body.ElementAt(random.Next(body.Count)).Key;
        if (body[name] is JsonArray { Count: > 0 } array && random.Next(2) == 0)
        {
            array[random.Next(array.Count)] = marker;
        }
        else
        {
            body[name] = marker;
        }

        return body.ToJsonString().Replace("\"\\u0001wrong\\u0001\"", wrong, StringComparison.Ordinal);
    }

    private string WithLongText(string valid)
    {
        var body = JsonNode.Parse(valid) as JsonObject ?? [];
        var text = string.Concat(Enumerable.Repeat(random.Next(2) == 0 ? "word " : "語", random.Next(1_000, 20_000)));
        foreach (var name in body.Where(field => field.Value is JsonValue).Select(field => field.Key).Take(1).ToArray())
        {
            body[name] = text;
        }

        return body.ToJsonString();
    }

    private string Doubled(string valid) =>
        valid.Length < 3
            ? "{\"a\": 1, \"a\": 2}"
            : $"{valid[..^1]},{valid[1..^1]},\"\\ud800\":1,\"{new string('n', random.Next(300))}\":[[]]}}";

    private byte[] Cut(byte[] body) => body[..random.Next(body.Length)];

    private byte[] Flipped(byte[] body)
    {
        for (var i = random.Next(1, 4); i > 0 && body.Length > 0; i--)
        {
            body[random.Next(body.Length)] ^= (byte)(1 << random.Next(8));
        }

        return body;
    }

    private byte[] Inserted(byte[] body)
    {
        byte[][] bad =
        [
            [0],
            [0xff],
            [0xc0, 0x80],
            [0xed, 0xa0, 0x80],
            [0xf4, 0x90, 0x80, 0x80],
            [0xef, 0xbb, 0xbf],
            [0xe2, 0x82],
            [0x80],
            [0x1b],
            [0x0d, 0x0a],
            Utf8("/*a*/"),
            Utf8(","),
        ];
        var at = random.Next(body.Length + 1);
        return [.. body[..at], .. bad[random.Next(bad.Length)], .. body[at..]];
    }

    private byte[] Nested()
    {
        var depth = random.Next(3) == 0 ? 5_000 : random.Next(60, 200);
        var (open, close) = random.Next(2) == 0 ? ("[", "]") : ("{\"a\":", "}");
        var nested =
            string.Concat(Enumerable.Repeat(open, depth))
            + "1"
            + (random.Next(2) == 0 ? string.Concat(Enumerable.Repeat(close, depth)) : "");
        return Utf8(random.Next(2) == 0 ? nested : $"{{\"query\":\"q\",\"documents\":{nested}}}");
    }

    private byte[] Encoded(string body) =>
        random.Next(5) switch
        {
            0 => Encoding.Unicode.GetBytes(body),
            1 => [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(body)],
            2 => Encoding.BigEndianUnicode.GetBytes(body),
            3 => Encoding.UTF32.GetBytes(body),
            _ => Encoding.Latin1.GetBytes(body + "{\"ä\": \"ö\"}"),
        };

    private byte[] Noise()
    {
        var noise = new byte[random.Next(200)];
        random.NextBytes(noise);
        return noise;
    }
}
