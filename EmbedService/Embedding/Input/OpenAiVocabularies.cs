namespace EmbedPlatform.EmbedService.Embedding.Input;

/// <summary>The vocabularies of OpenAI's models, loaded on first use.</summary>
internal sealed class OpenAiVocabularies
{
    private const string Cl100k = "cl100k_base";
    private const string O200k = "o200k_base";

    // A family includes its versions (gpt-4o-2024-08-06, gpt-5.1); the first match wins.
    private static readonly (string Family, string Vocabulary)[] Families =
    [
        ("text-embedding-ada-002", Cl100k),
        ("text-embedding-3-small", Cl100k),
        ("text-embedding-3-large", Cl100k),
        ("gpt-4o", O200k),
        ("gpt-4.1", O200k),
        ("gpt-4.5", O200k),
        ("gpt-5", O200k),
        ("chatgpt-4o", O200k),
        ("o1", O200k),
        ("o3", O200k),
        ("o4-mini", O200k),
        ("gpt-4", Cl100k),
        ("gpt-3.5-turbo", Cl100k),
        ("gpt-35-turbo", Cl100k),
    ];

    private readonly Dictionary<string, Lazy<Task<OpenAiVocabulary>>> _loaded = new[] { Cl100k, O200k }.ToDictionary(
        name => name,
        name => new Lazy<Task<OpenAiVocabulary>>(() => Task.Run(() => OpenAiVocabulary.Load(name)))
    );

    /// <summary>The vocabulary of a model; null for a model that is not OpenAI's.</summary>
    public static string? NameFor(string? model) =>
        model is null
            ? null
            : Families
                .FirstOrDefault(entry =>
                    model.StartsWith(entry.Family, StringComparison.OrdinalIgnoreCase)
                    && (model.Length == entry.Family.Length || model[entry.Family.Length] is '-' or '.')
                )
                .Vocabulary;

    public Task<OpenAiVocabulary> GetAsync(string name, CancellationToken cancellationToken) =>
        _loaded[name].Value.WaitAsync(cancellationToken);

    /// <summary>Whether a vocabulary is loaded or loading.</summary>
    public bool IsLoaded(string name) => _loaded[name].IsValueCreated;
}
