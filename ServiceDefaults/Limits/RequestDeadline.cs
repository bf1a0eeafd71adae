using System.Globalization;
using EmbedPlatform.ServiceDefaults.Failures;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;

namespace EmbedPlatform.ServiceDefaults.Limits;

/// <summary>
/// When the caller stops waiting, as the request says in <c>X-Request-Timeout-Ms</c> (a whole number of milliseconds from its arrival, 1 or more).
/// A parameter of a route.
/// </summary>
/// <param name="At">The moment; null where the request names none.</param>
public readonly record struct RequestDeadline(DateTimeOffset? At)
{
    /// <summary>The header.</summary>
    public const string Header = "X-Request-Timeout-Ms";

    /// <summary>The caller's deadline, or the service's own where that comes first.</summary>
    /// <param name="longest">How long the service works on a request at most; null: as long as the caller waits.</param>
    /// <param name="now">The present.</param>
    public DateTimeOffset? Within(TimeSpan? longest, DateTimeOffset now) =>
        longest is { } limit && (At is null || now + limit < At) ? now + limit : At;

    /// <summary>Reads the header.</summary>
    /// <param name="context">The request.</param>
    /// <exception cref="InvalidHeaderException">It is not a whole number from 1 to 86,400,000.</exception>
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
        int.TryParse(header.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds is >= 1 and <= 86_400_000
            ? TimeSpan.FromMilliseconds(milliseconds)
            : throw new InvalidHeaderException(Header, "must be a whole number of milliseconds from 1 to 86400000");
}
