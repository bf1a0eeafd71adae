using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using JsonOptions = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace EmbedPlatform.ModelServiceDefaults.Wire;

internal interface IJsonBody
{
    object Body { get; }
}

/// <summary>
/// A JSON body as a route parameter. It is read to its end and then parsed once: parsing it as it arrives restarts a long list with every
/// packet. <c>Limits:MaxBodyBytes</c> bounds the buffer.
/// </summary>
public readonly record struct JsonBody<T>(T Value) : IJsonBody
    where T : class
{
    object IJsonBody.Body => Value;

    /// <exception cref="BadHttpRequestException">The content type is not JSON, or the body is empty or null.</exception>
    /// <exception cref="JsonException">The body is not JSON, or not of this form.</exception>
    public static async ValueTask<JsonBody<T>> BindAsync(HttpContext context)
    {
        if (!context.Request.HasJsonContentType())
        {
            throw new BadHttpRequestException(
                "The content type of the body must be application/json.",
                StatusCodes.Status415UnsupportedMediaType
            );
        }

        var options = context.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        var type = (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));
        var (buffer, length) = (ArrayPool<byte>.Shared.Rent((int)Math.Clamp(context.Request.ContentLength ?? 4096, 256, 1 << 20)), 0);
        try
        {
            while (true)
            {
                if (length == buffer.Length)
                {
                    var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
                    buffer.AsSpan(0, length).CopyTo(larger);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }

                var read = await context.Request.Body.ReadAsync(buffer.AsMemory(length), context.RequestAborted);
                if (read == 0)
                {
                    return new JsonBody<T>(Parse(buffer.AsSpan(0, length), type));
                }

                length += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static T Parse(ReadOnlySpan<byte> body, JsonTypeInfo<T> type)
    {
        ReadOnlySpan<byte> mark = [0xEF, 0xBB, 0xBF];
        return JsonSerializer.Deserialize(body.StartsWith(mark) ? body[mark.Length..] : body, type)
            ?? throw new BadHttpRequestException("The body must be a JSON object.");
    }
}
