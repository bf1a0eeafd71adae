using System.Net.Http.Headers;
using System.Text.Json;

namespace EmbedPlatform.Client.Http;

/// <summary>Turns an error response (RFC 9457 problem details, or a proxy's own body) into a <see cref="PlatformException"/>.</summary>
internal static class Problem
{
    // A proxy's response can have any length; the message needs only its beginning.
    private const int MaxBytes = 256 * 1024;

    internal static async Task<PlatformException> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var (detail, errors) = await ReadBodyAsync(response, cancellationToken).ConfigureAwait(false);
        var message =
            detail
            ?? $"{response.RequestMessage?.RequestUri?.Authority} answered {(int)response.StatusCode} {response.ReasonPhrase}".Trim();
        return new PlatformException(message, response.StatusCode, errors, RetryAfter(response.Headers.RetryAfter));
    }

    private static TimeSpan? RetryAfter(RetryConditionHeaderValue? header)
    {
        if (header?.Date is { } date)
        {
            var wait = date - DateTimeOffset.UtcNow;
            return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
        }

        return header?.Delta;
    }

    private static async Task<(string? Detail, Dictionary<string, string[]>? Errors)> ReadBodyAsync(
        HttpResponseMessage response,
        CancellationToken cancellationToken
    )
    {
        if (response.Content.Headers.ContentType?.MediaType is not ("application/problem+json" or "application/json"))
        {
            return (null, null);
        }

        try
        {
            var body = await ReadBeginningAsync(response.Content, cancellationToken).ConfigureAwait(false);
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object ? (Text(root, "detail") ?? Text(root, "title"), Errors(root)) : (null, null);
        }
        catch (Exception broken) when (broken is JsonException or IOException or HttpRequestException)
        {
            // The status is enough; an unreadable body must not hide it.
            return (null, null);
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadBeginningAsync(HttpContent content, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var buffer = new byte[Math.Min(MaxBytes, (int)Math.Min(content.Headers.ContentLength ?? MaxBytes, MaxBytes))];
        var read = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return buffer.AsMemory(0, read);
    }

    private static string? Text(JsonElement problem, string name) =>
        problem.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text
            : null;

    private static Dictionary<string, string[]>? Errors(JsonElement problem)
    {
        if (!problem.TryGetProperty("errors", out var fields) || fields.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var errors = new Dictionary<string, string[]>();
        foreach (var field in fields.EnumerateObject())
        {
            errors[field.Name] =
                field.Value.ValueKind == JsonValueKind.Array
                    ? [.. field.Value.EnumerateArray().Select(message => message.ToString())]
                    : [field.Value.ToString()];
        }

        return errors;
    }
}
