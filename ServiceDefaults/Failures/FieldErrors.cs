using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EmbedPlatform.ServiceDefaults.Failures;

/// <summary>Collects what is wrong with a request, by field.</summary>
public sealed class FieldErrors
{
    private readonly Dictionary<string, List<string>> _errors = [];

    /// <summary>Whether anything is wrong.</summary>
    public bool Any => _errors.Count > 0;

    /// <summary>Notes that a field is wrong.</summary>
    /// <param name="field">The path of the field in the body, such as <c>documents[3].text</c>.</param>
    /// <param name="message">What is wrong with it.</param>
    public FieldErrors Add(string field, string message)
    {
        if (!_errors.TryGetValue(field, out var messages))
        {
            _errors[field] = messages = [];
        }

        messages.Add(message);
        return this;
    }

    /// <summary>Notes that a field is wrong where a condition holds.</summary>
    /// <param name="wrong">The condition.</param>
    /// <param name="field">The path of the field in the body.</param>
    /// <param name="message">What is wrong with it.</param>
    public FieldErrors AddIf(bool wrong, string field, string message) => wrong ? Add(field, message) : this;

    /// <summary>The 400 answer, which names every wrong field.</summary>
    public ValidationProblem ToProblem()
    {
        var first = _errors.First();
        return TypedResults.ValidationProblem(
            _errors.ToDictionary(error => error.Key, error => error.Value.ToArray()),
            detail: $"{first.Key}: {first.Value[0]}",
            title: "The request is not valid.");
    }
}
