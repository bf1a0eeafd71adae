using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EmbedPlatform.ServiceDefaults.Http;

/// <summary>Collects the validation errors of a request by field.</summary>
public sealed class FieldErrors
{
    /// <summary>The title of every problem about invalid fields.</summary>
    public const string Title = "The request is not valid.";

    private readonly Dictionary<string, List<string>> _errors = [];

    public bool Any => _errors.Count > 0;

    /// <param name="field">The path of the field in the body, such as <c>documents[3].text</c>.</param>
    /// <param name="message">Completes a sentence that starts with the field, such as <c>must not be blank</c>.</param>
    public FieldErrors Add(string field, string message)
    {
        if (!_errors.TryGetValue(field, out var messages))
        {
            _errors[field] = messages = [];
        }

        messages.Add(message);
        return this;
    }

    /// <inheritdoc cref="Add"/>
    public FieldErrors AddIf(bool invalid, string field, string message) => invalid ? Add(field, message) : this;

    /// <summary>400 with every invalid field.</summary>
    public ValidationProblem ToProblem()
    {
        var first = _errors.First();
        return TypedResults.ValidationProblem(
            _errors.ToDictionary(error => error.Key, error => error.Value.ToArray()),
            detail: $"{first.Key}: {first.Value[0]}",
            title: Title
        );
    }
}
