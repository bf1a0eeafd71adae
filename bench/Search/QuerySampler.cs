using System.Text.RegularExpressions;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Storage;
using Npgsql;

namespace EmbedPlatform.Bench.Search;

/// <summary>
/// Draws questions from the documents by a seed, in turns: the purpose that the title states, four to nine consecutive words of the text
/// after a question's beginning, and one to three words of the text. All are distinct.
/// </summary>
internal sealed partial class QuerySampler(NpgsqlDataSource database, CollectionRecord collection, int seed)
{
    private const string Draw = """
        SELECT coalesce(title, ''), left(text, 4000) FROM document WHERE collection_id = $1 ORDER BY md5(external_id || $2::text) LIMIT $3
        """;

    private static readonly string[] Beginnings = ["", "how do I get ", "which program does ", "something for ", "what is there for "];

    private readonly HashSet<string> _used = [];
    private int _calls;

    /// <summary>New questions, distinct from all earlier ones.</summary>
    /// <exception cref="CommandException">The collection has too few words.</exception>
    public async Task<string[]> NewAsync(int count)
    {
        var random = new Random(seed + ++_calls);
        var documents = await ReadAsync(count);
        var questions = new List<string>(count);
        for (var i = 0; questions.Count < count && i < 20 * count; i++)
        {
            var (title, text) = documents[i % documents.Count];
            var question = Make(random, title, text, i % 3);
            if (question.Length > 2 && _used.Add(question))
            {
                questions.Add(question);
            }
        }

        return questions.Count == count
            ? [.. questions]
            : throw new CommandException($"{collection.Name} has too few words for {count} questions");
    }

    private async Task<List<(string Title, string Text)>> ReadAsync(int count)
    {
        var documents = new List<(string, string)>(count);
        await using var command = database.Command(Draw, collection.Id, FormattableString.Invariant($"{seed}-{_calls}"), count);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            documents.Add((reader.GetString(0), reader.GetString(1)));
        }

        return documents.Count > 0 ? documents : throw new CommandException($"{collection.Name} is empty");
    }

    private static string Make(Random random, string title, string text, int kind)
    {
        if (kind == 0 && title.IndexOf(": ", StringComparison.Ordinal) is > 0 and var colon)
        {
            return title[(colon + 2)..].Trim();
        }

        var words = Word().Matches(text).Select(match => match.Value).ToArray();
        if (words.Length == 0)
        {
            return title;
        }

        var length = Math.Min(words.Length, kind == 2 ? random.Next(1, 4) : random.Next(4, 10));
        if (kind == 2)
        {
            return string.Join(' ', Enumerable.Range(0, length).Select(_ => words[random.Next(words.Length)]));
        }

        var start = random.Next(words.Length - length + 1);
        return Beginnings[random.Next(Beginnings.Length)] + string.Join(' ', words[start..(start + length)]);
    }

    [GeneratedRegex(@"[\p{L}\p{N}][\p{L}\p{N}-]{2,}")]
    private static partial Regex Word();
}
