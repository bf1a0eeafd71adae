using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;

namespace EmbedPlatform.ServiceDefaults.Http;

/// <summary>
/// The deadline that the client sets in <c>X-Request-Timeout-Ms</c>, in whole milliseconds from the arrival of the request. A route
/// parameter.
/// </summary>
/// <param name="At">Null without the header.</param>
public readonly record struct RequestDeadline(DateTimeOffset? At)
{
    public const string Header = "X-Request-Timeout-Ms";

    /// <summary>The earlier of the client's deadline and the service's own limit; null without either.</summary>
    public DateTimeOffset? Within(TimeSpan? longest, DateTimeOffset now) =>
        longest is { } limit && (At is null || now + limit < At) ? now + limit : At;

    /// <exception cref="InvalidHeaderException">The header is not a whole number from 1 to 86,400,000.</exception>
    public static ValueTask<RequestDeadline> BindAsync(HttpContext context)
    {
        var values = context.Request.Headers[Header];
        if (values.Count == 0)
        {
            return new(default(RequestDeadline));
        }

        var clock = context.RequestServices.GetService<TimeProvider>() ?? TimeProvider.System;
        return new(new RequestDeadline(clock.GetUtcNow() + Read(values)));
    }

    internal static TimeSpan Read(StringValues header) =>
        int.TryParse(header.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
        && milliseconds is >= 1 and <= 86_400_000
            ? TimeSpan.FromMilliseconds(milliseconds)
            : throw new InvalidHeaderException(Header, "must be a whole number of milliseconds from 1 to 86400000");
}
