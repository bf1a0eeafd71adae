using Aspire.Hosting.ApplicationModel;

namespace EmbedPlatform.AppHost.Publishing;

/// <summary>
/// A value that is set in <c>.env</c> where the Compose file runs. In the Compose file it is <c>${NAME:-default}</c>, or
/// <c>${NAME:?...}</c> without a default; elsewhere in the graph it is the default.
/// </summary>
/// <param name="Name">The variable.</param>
/// <param name="Default">Its default; null if it must be set.</param>
/// <param name="Comment">Its comment in <c>.env</c>.</param>
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
