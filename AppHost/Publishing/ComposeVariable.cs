using Aspire.Hosting.ApplicationModel;

namespace EmbedPlatform.AppHost.Publishing;

/// <summary>
/// A value that is chosen where the Compose file runs, in <c>.env</c>. As a value of the graph it is <c>${NAME:-default}</c> in the Compose file, or
/// <c>${NAME:?...}</c> without a default, and its default elsewhere.
/// </summary>
/// <param name="Name">The variable.</param>
/// <param name="Default">Its value where none is given; null: it must be given.</param>
/// <param name="Comment">What <c>.env</c> says about it.</param>
/// <param name="IsSecret">Whether <c>.env</c> is written without its value.</param>
internal sealed record ComposeVariable(string Name, string? Default, string Comment, bool IsSecret = false)
    : IValueProvider,
        IManifestExpressionProvider
{
    /// <summary>Its reference in a Compose file.</summary>
    public string Placeholder => Default is null ? $"${{{Name}:?set it in .env}}" : $"${{{Name}:-{Default}}}";

    string IManifestExpressionProvider.ValueExpression => Default ?? "";

    /// <summary>A parameter of the graph: its name in capitals.</summary>
    public static ComposeVariable Of(ParameterResource parameter) =>
        new(
            parameter.Name.Replace('-', '_').ToUpperInvariant(),
            // A generated default would be a secret in the file.
            parameter.Secret
            || parameter.Default is GenerateParameterDefault
                ? null
                : parameter.Default?.GetDefaultValue(),
            parameter.Description ?? $"The parameter {parameter.Name}.",
            parameter.Secret
        );

    ValueTask<string?> IValueProvider.GetValueAsync(CancellationToken cancellationToken) => new(Default);
}
