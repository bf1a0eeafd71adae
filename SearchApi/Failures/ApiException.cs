using EmbedPlatform.ServiceDefaults.Http;

namespace EmbedPlatform.SearchApi.Failures;

/// <summary>A failure that becomes a problem response.</summary>
internal sealed class ApiException(int status, string title, string detail) : Exception(detail)
{
    public int Status { get; } = status;

    /// <summary>The kind of problem, in a few words.</summary>
    public string Title { get; } = title;

    public IReadOnlyDictionary<string, string[]> Errors { get; init; } = new Dictionary<string, string[]>();

    public TimeSpan? RetryAfter { get; init; }

    public IResult ToProblem() =>
        RetryAfter is { } wait ? new RetryableProblem(Status, wait, Message, Title)
        : Errors.Count == 0 ? TypedResults.Problem(Message, statusCode: Status, title: Title)
        : TypedResults.Problem(
            new HttpValidationProblemDetails(Errors.ToDictionary())
            {
                Status = Status,
                Title = Title,
                Detail = Message,
            }
        );

    /// <summary>400 with one invalid field.</summary>
    public static ApiException Invalid(string field, string message) => Invalid(new FieldErrors().Add(field, message));

    /// <summary>400 with every invalid field.</summary>
    public static ApiException Invalid(FieldErrors errors) =>
        new(StatusCodes.Status400BadRequest, FieldErrors.Title, errors.Detail) { Errors = errors.ToDictionary() };

    public static ApiException NotFound(string what) => new(StatusCodes.Status404NotFound, "Not found.", what);

    public static ApiException NoCollection(string name) => NotFound($"There is no collection \"{name}\".");

    /// <summary>503: a required service does not respond.</summary>
    public static ApiException Unavailable(string detail, TimeSpan? retryAfter) =>
        new(StatusCodes.Status503ServiceUnavailable, "Temporarily unavailable.", detail)
        {
            RetryAfter = retryAfter ?? TimeSpan.FromSeconds(2),
        };
}
