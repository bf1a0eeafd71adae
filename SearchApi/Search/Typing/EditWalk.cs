namespace EmbedPlatform.SearchApi.Search.Typing;

/// <summary>A word of a dictionary near another.</summary>
/// <param name="Index">The word's index.</param>
/// <param name="Edits">The number of edits between them.</param>
internal readonly record struct NearWord(int Index, int Edits);

/// <summary>
/// Finds the words of a dictionary within a number of edits: inserted, deleted and substituted letters, and transposed neighbours (optimal
/// string alignment). The sorted words are walked as a trie with a row of edit distances per letter, which are the states of a Levenshtein
/// automaton: words with a common beginning share its rows, and a beginning that is too far away skips all words that have it.
/// </summary>
internal static class EditWalk
{
    /// <param name="words">The words.</param>
    /// <param name="key">The word to compare, as <see cref="WordDictionary.KeyOf"/> returns it.</param>
    /// <param name="maxEdits">The maximum number of edits.</param>
    /// <param name="asPrefix">Whether the beginning of a word is compared instead of the whole.</param>
    public static List<NearWord> Find(WordDictionary words, string key, int maxEdits, bool asPrefix)
    {
        var found = new List<NearWord>();
        var width = key.Length + 1;
        // Longer beginnings are farther away than the limit.
        var depths = key.Length + maxEdits + 2;
        var rows = new int[depths * width];
        for (var column = 0; column < width; column++)
        {
            rows[column] = column;
        }

        // The beginning whose rows are known.
        var path = new char[depths];
        var known = 0;
        for (var i = 0; i < words.Count;)
        {
            var word = words.Key(i);
            var depth = word.CommonPrefixLength(path.AsSpan(0, known));
            // The prefix was matched by a shorter beginning, or the rows of this one are new.
            var next = i + 1;
            var alive = true;
            while (alive && depth < word.Length)
            {
                path[depth] = word[depth];
                depth++;
                var least = AddRow(rows, width, path, depth, key, maxEdits);
                if (least > maxEdits)
                {
                    // Rows end above this letter.
                    known = depth - 1;
                    next = words.EndOf(word[..depth], i);
                    alive = false;
                }
                else if (asPrefix && rows[(depth * width) + key.Length] <= maxEdits)
                {
                    known = depth - 1;
                    next = words.EndOf(word[..depth], i);
                    for (var match = i; match < next; match++)
                    {
                        found.Add(new NearWord(match, rows[(depth * width) + key.Length]));
                    }

                    alive = false;
                }
            }

            if (alive)
            {
                known = depth;
                var edits = rows[(depth * width) + key.Length];
                if (edits <= maxEdits && !asPrefix)
                {
                    found.Add(new NearWord(i, edits));
                }
            }

            i = next;
        }

        return found;
    }

    /// <returns>The least distance in the row.</returns>
    private static int AddRow(int[] rows, int width, char[] path, int depth, string key, int maxEdits)
    {
        var above = rows.AsSpan((depth - 1) * width, width);
        var row = rows.AsSpan(depth * width, width);
        var letter = path[depth - 1];
        // Cells farther from the diagonal exceed the limit.
        var (from, to) = (Math.Max(1, depth - maxEdits), Math.Min(key.Length, depth + maxEdits));
        row.Fill(maxEdits + 1);
        var least = row[0] = depth;
        for (var column = from; column <= to; column++)
        {
            var distance = Math.Min(Math.Min(row[column - 1], above[column]) + 1, above[column - 1] + (key[column - 1] == letter ? 0 : 1));
            if (depth > 1 && column > 1 && letter == key[column - 2] && path[depth - 2] == key[column - 1])
            {
                distance = Math.Min(distance, rows[((depth - 2) * width) + column - 2] + 1);
            }

            row[column] = distance;
            least = Math.Min(least, distance);
        }

        return least;
    }
}
