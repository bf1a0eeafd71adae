using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Options;
using JsonOptions = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace EmbedPlatform.EmbedService.Http;

/// <summary>A JSON body of any form.</summary>
internal interface IJsonBody
{
    /// <summary>The body.</summary>
    ICheckedBody Body { get; }
}

/// <summary>
/// A JSON body, read to its end before it is parsed, once: parsing as it arrives begins a long list anew with every packet. The body limit bounds it.
/// A parameter of a route.
/// </summary>
/// <typeparam name="T">What the body is.</typeparam>
/// <param name="Value">The body.</param>
internal readonly record struct JsonBody<T>(T Value) : IJsonBody
    where T : class, ICheckedBody
{
    /// <inheritdoc/>
    public ICheckedBody Body => Value;

    /// <exception cref="BadHttpRequestException">It is no JSON by its content type, empty, or null.</exception>
    /// <exception cref="JsonException">It is no JSON, or not of this form.</exception>
    public static async ValueTask<JsonBody<T>> BindAsync(HttpContext context)
    {
        if (!context.Request.HasJsonContentType())
        {
            throw new BadHttpRequestException("The content type of the body must be application/json.", StatusCodes.Status415UnsupportedMediaType);
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
