using System.Net;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace EmbedPlatform.Client.Http;

/// <summary>Sends requests to one service and reports every failure as a <see cref="PlatformException"/>.</summary>
internal sealed class PlatformChannel
{
    // Read by ServiceDefaults' handler; other handlers ignore it.
    private static readonly HttpRequestOptionsKey<bool> Repeatable = new("EmbedPlatform.Repeatable");

    // The services send a comment every 15 seconds, so that a dead connection is noticed.
    private static readonly TimeSpan MaxSilence = TimeSpan.FromSeconds(60);

    private readonly HttpClient _http;
    private readonly string _service;
    private readonly bool _repeatable;

    /// <param name="http">The client; its base address is the service's.</param>
    /// <param name="service">The service's name in messages.</param>
    /// <param name="repeatable">Whether requests are idempotent: the service computes and stores nothing.</param>
    internal PlatformChannel(HttpClient http, string service, bool repeatable = false)
    {
        ArgumentNullException.ThrowIfNull(http);
        _http = http;
        _service = service;
        _repeatable = repeatable;
    }

    internal Uri? BaseAddress => _http.BaseAddress;

    /// <summary>A client for one address with a short connect timeout and no total timeout, so that long uploads can finish.</summary>
    internal static HttpClient HttpFor(Uri baseAddress, string? apiKey)
    {
        ArgumentNullException.ThrowIfNull(baseAddress);
        var handler = new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
        var http = new HttpClient(handler) { BaseAddress = WithSlash(baseAddress), Timeout = Timeout.InfiniteTimeSpan };
        ApiKey.Send(http, apiKey);
        return http;
    }

    /// <summary>Ends a base address with a slash, so that relative paths extend its own path.</summary>
    internal static Uri WithSlash(Uri address) => address.AbsoluteUri.EndsWith('/') ? address : new Uri(address.AbsoluteUri + "/");

    /// <summary>Sends a value as JSON and reads the response.</summary>
    internal async Task<TAnswer> SendAsync<TBody, TAnswer>(
        HttpMethod method,
        string path,
        TBody body,
        JsonTypeInfo<TBody> bodyType,
        JsonTypeInfo<TAnswer> answerType,
        CancellationToken cancellationToken
    )
    {
        using var request = new HttpRequestMessage(method, path) { Content = Json(body, bodyType) };
        return (await SendAsync(request, answerType, absentIsNull: false, cancellationToken).ConfigureAwait(false))!;
    }

    /// <summary>Gets a value; a 404 is an error.</summary>
    internal async Task<TAnswer> GetAsync<TAnswer>(string path, JsonTypeInfo<TAnswer> answerType, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        return (await SendAsync(request, answerType, absentIsNull: false, cancellationToken).ConfigureAwait(false))!;
    }

    /// <summary>Gets a value, or null on a 404.</summary>
    internal async Task<TAnswer?> FindAsync<TAnswer>(string path, JsonTypeInfo<TAnswer> answerType, CancellationToken cancellationToken)
        where TAnswer : class
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        return await SendAsync(request, answerType, absentIsNull: true, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends a value and reads the response, or null on a 404.</summary>
    internal async Task<TAnswer?> FindAsync<TBody, TAnswer>(
        HttpMethod method,
        string path,
        TBody body,
        JsonTypeInfo<TBody> bodyType,
        JsonTypeInfo<TAnswer> answerType,
        CancellationToken cancellationToken
    )
        where TAnswer : class
    {
        using var request = new HttpRequestMessage(method, path) { Content = Json(body, bodyType) };
        return await SendAsync(request, answerType, absentIsNull: true, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Deletes; false on a 404.</summary>
    internal async Task<bool> DeleteAsync(string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, path);
        return await ExchangeAsync(
                request,
                response => Task.FromResult(response.StatusCode != HttpStatusCode.NotFound),
                absentIsAnswer: true,
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    /// <summary>Sends a stream of values, one JSON value per line, no faster than the service reads it.</summary>
    internal async Task<TAnswer> StreamAsync<TItem, TAnswer>(
        string path,
        IAsyncEnumerable<TItem> items,
        JsonTypeInfo<TItem> itemType,
        JsonTypeInfo<TAnswer> answerType,
        CancellationToken cancellationToken
    )
    {
        using var content = new NdjsonContent<TItem>(items, itemType);
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };

        // Lets the service reject the request before the first document is sent, and while the rest is being sent.
        request.Headers.ExpectContinue = true;
        try
        {
            return (await SendAsync(request, answerType, absentIsNull: false, cancellationToken).ConfigureAwait(false))!;
        }
        catch (PlatformException) when (content.SourceFailure is not null)
        {
            // The caller's own stream failed, so the caller gets its own exception.
            ExceptionDispatchInfo.Throw(content.SourceFailure);
            throw;
        }
    }

    /// <summary>Opens the body of a response, which fails if the connection breaks. The caller disposes of it.</summary>
    internal async Task<Stream> OpenAsync(string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        // Disposing of its stream releases the response's connection.
        var response = await GuardAsync(() => OpenAsync(request, false, cancellationToken), cancellationToken).ConfigureAwait(false);
        return await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends lines of JSON no faster than the service reads them.</summary>
    internal async Task<TAnswer> SendLinesAsync<TAnswer>(
        string path,
        Stream lines,
        JsonTypeInfo<TAnswer> answerType,
        CancellationToken cancellationToken
    )
    {
        using var content = new LinesContent(lines);
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        request.Headers.ExpectContinue = true;
        try
        {
            return (await SendAsync(request, answerType, absentIsNull: false, cancellationToken).ConfigureAwait(false))!;
        }
        catch (PlatformException) when (content.SourceFailure is not null)
        {
            ExceptionDispatchInfo.Throw(content.SourceFailure);
            throw;
        }
    }

    /// <summary>Reads server-sent events (WHATWG HTML, section 9.2) with JSON data.</summary>
    internal async IAsyncEnumerable<SseItem<TItem>> EventsAsync<TItem>(
        string path,
        JsonTypeInfo<TItem> itemType,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        silence.CancelAfter(MaxSilence);
        using var response = await GuardAsync(() => OpenAsync(request, false, silence.Token), cancellationToken).ConfigureAwait(false);
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var events = SseParser.Create(stream, (_, data) => Read(data)).EnumerateAsync(silence.Token).GetAsyncEnumerator(silence.Token);
        await using var ending = events.ConfigureAwait(false);
        while (await GuardAsync(() => events.MoveNextAsync().AsTask(), cancellationToken).ConfigureAwait(false))
        {
            silence.CancelAfter(Timeout.InfiniteTimeSpan);
            yield return events.Current;
            silence.CancelAfter(MaxSilence);
        }

        TItem Read(ReadOnlySpan<byte> data)
        {
            try
            {
                return JsonSerializer.Deserialize(data, itemType) ?? throw new JsonException("The event is null.");
            }
            catch (JsonException broken)
            {
                throw Unreadable(broken, response);
            }
        }
    }

    private static ByteArrayContent Json<T>(T body, JsonTypeInfo<T> type)
    {
        // A body of known length lets a service reject an oversized one before reading it.
        var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, type));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    private Task<TAnswer?> SendAsync<TAnswer>(
        HttpRequestMessage request,
        JsonTypeInfo<TAnswer> answerType,
        bool absentIsNull,
        CancellationToken cancellationToken
    ) =>
        ExchangeAsync(
            request,
            async response =>
                response.StatusCode == HttpStatusCode.NotFound
                    ? default
                    : await ReadAsync(response, answerType, cancellationToken).ConfigureAwait(false),
            absentIsNull,
            cancellationToken
        );

    private async Task<TAnswer> ReadAsync<TAnswer>(
        HttpResponseMessage response,
        JsonTypeInfo<TAnswer> type,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            return await JsonSerializer.DeserializeAsync(stream, type, cancellationToken).ConfigureAwait(false)
                ?? throw new JsonException("The response is null.");
        }
        catch (JsonException broken)
        {
            throw Unreadable(broken, response);
        }
    }

    private PlatformException Unreadable(JsonException broken, HttpResponseMessage response) =>
        new($"{_service} sent a response that this client cannot read: {broken.Message}", response.StatusCode, inner: broken);

    private Task<TAnswer> ExchangeAsync<TAnswer>(
        HttpRequestMessage request,
        Func<HttpResponseMessage, Task<TAnswer>> read,
        bool absentIsAnswer,
        CancellationToken cancellationToken
    ) =>
        GuardAsync(
            async () =>
            {
                using var response = await OpenAsync(request, absentIsAnswer, cancellationToken).ConfigureAwait(false);
                return await read(response).ConfigureAwait(false);
            },
            cancellationToken
        );

    /// <summary>A successful response, read up to its headers.</summary>
    private async Task<HttpResponseMessage> OpenAsync(HttpRequestMessage request, bool absentIsAnswer, CancellationToken cancellationToken)
    {
        if (_repeatable)
        {
            request.Options.Set(Repeatable, true);
        }

        var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        if (response.IsSuccessStatusCode || (absentIsAnswer && response.StatusCode == HttpStatusCode.NotFound))
        {
            return response;
        }

        using (response)
        {
            throw await Problem.ReadAsync(response, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Turns every failure to get a response into a <see cref="PlatformException"/>.</summary>
    private async Task<T> GuardAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception failure) when (failure is not (PlatformException or InvalidOperationException or ArgumentException))
        {
            // A resilience handler that gives up throws exception types of libraries that this one does not reference.
            throw new PlatformException($"{_service} did not respond: {Reason(failure)}", inner: failure);
        }
    }

    private static string Reason(Exception failure) =>
        failure is OperationCanceledException ? "it timed out" : failure.GetBaseException().Message;
}
