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

        if (!messages.Contains(message))
        {
            messages.Add(message);
        }

        return this;
    }

    /// <inheritdoc cref="Add"/>
    public FieldErrors AddIf(bool invalid, string field, string message) => invalid ? Add(field, message) : this;

    /// <summary>Adds the errors of a part of the request.</summary>
    /// <param name="errors">The messages by field, relative to the part.</param>
    /// <param name="part">The path of the part with its separator, such as <c>searches[3].</c>; empty for the request itself.</param>
    public FieldErrors AddAll(IReadOnlyDictionary<string, string[]> errors, string part = "")
    {
        foreach (var (field, messages) in errors)
        {
            foreach (var message in messages)
            {
                Add(part + field, message);
            }
        }

        return this;
    }

    /// <summary>The messages by field.</summary>
    public Dictionary<string, string[]> ToDictionary() => _errors.ToDictionary(error => error.Key, error => error.Value.ToArray());

    /// <summary>400 with every invalid field.</summary>
    public ValidationProblem ToProblem() => TypedResults.ValidationProblem(ToDictionary(), detail: Detail, title: Title);

    /// <summary>The first error as one sentence.</summary>
    public string Detail => _errors.Select(error => $"{error.Key}: {error.Value[0]}").First();
}
