using System.Net;
using System.Runtime.InteropServices;
using System.Text.Json;
using Xunit;

namespace EmbedPlatform.EmbedService.Tests.Formats;

/// <summary>Reads what services write.</summary>
internal static class Wire
{
    public static float[] Floats(this JsonElement numbers) => [.. numbers.EnumerateArray().Select(number => number.GetSingle())];

    public static float[] Base64Floats(this JsonElement text) => MemoryMarshal.Cast<byte, float>(text.GetBytesFromBase64()).ToArray();

    /// <summary>Posts a body and reads the answer, which has to have a status.</summary>
    public static async Task<(JsonElement Body, HttpResponseMessage Response)> AskAsync(
        this EmbedFixture service,
        string route,
        string body,
        HttpStatusCode status = HttpStatusCode.OK
    )
    {
        var token = TestContext.Current.CancellationToken;
        var response = await service.PostToAsync(route, body, token);
        var text = await response.Content.ReadAsStringAsync(token);
        Assert.True(response.StatusCode == status, $"{response.StatusCode}: {text}");
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        return (JsonDocument.Parse(text).RootElement, response);
    }

    /// <summary>The names of an object's fields, in order.</summary>
    public static string[] Names(this JsonElement value) => [.. value.EnumerateObject().Select(property => property.Name)];

    public static string Header(this HttpResponseMessage response, string name) => response.Headers.GetValues(name).Single();

    /// <summary>A text of so many tokens and more.</summary>
    public static string Words(int count) => string.Join(' ', Enumerable.Repeat("word", count));
}
