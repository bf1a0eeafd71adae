using System.Text;

namespace EmbedPlatform.Inference.Tokenization.PreTokenization;

/// <summary>
/// Rewrites a regular expression of a tokenizer.json, which is in Oniguruma's Ruby dialect, in .NET's: syntax that both share with
/// different meanings is spelt out (<c>\w</c>, <c>\b</c>, possessive quantifiers, the long s without case), and syntax that .NET would
/// silently misread is rejected.
/// </summary>
internal sealed class PatternTranslation
{
    // Alphabetic, marks, decimal digits and connectors; .NET's own lacks the letter numbers, the circled letters and most marks. Outside a
    // set Oniguruma has Latin-1's numbers too.
    private const string WordSetInSet = @"\p{L}\p{M}\p{Nd}\p{Nl}\p{Pc}\u24B6-\u24E9";
    private const string WordSet = WordSetInSet + @"\u00B2\u00B3\u00B9\u00BC-\u00BE";
    private const string FoldedS = @"\u017F";
    private const string Boundary = "(?:(?<=[" + WordSet + "])(?![" + WordSet + "])|(?<![" + WordSet + "])(?=[" + WordSet + "]))";
    private const string NoBoundary = "(?:(?<=[" + WordSet + "])(?=[" + WordSet + "])|(?<![" + WordSet + "])(?![" + WordSet + "]))";
    private readonly string _pattern;
    private readonly StringBuilder _output = new();
    private readonly Stack<(int Start, bool IgnoreCase)> _groups = new();
    private bool _ignoreCase;
    private int _at;
    private int _atom;

    private PatternTranslation(string pattern) => _pattern = pattern;

    /// <exception cref="ArgumentException">The expression has a construct without a counterpart; the message names it.</exception>
    public static string ToDotNet(string pattern) => new PatternTranslation(pattern).Translate();

    private string Translate()
    {
        while (_at < _pattern.Length)
        {
            Step(_pattern[_at]);
        }

        return _output.ToString();
    }

    private void Step(char next)
    {
        switch (next)
        {
            case '\\':
                _atom = _output.Length;
                Escape(inSet: false);
                break;
            case '[':
                _atom = _output.Length;
                Set();
                break;
            case '(':
                _groups.Push((_output.Length, _ignoreCase));
                Open();
                break;
            case ')':
                (_atom, _ignoreCase) = _groups.TryPop(out var group) ? group : (_output.Length, _ignoreCase);
                Copy(1);
                break;
            case '+' or '*' or '?':
                Quantify();
                break;
            case '{' when CountLength() is > 0 and var length:
                Count(length);
                break;
            case 's' or 'S' when _ignoreCase:
                _atom = _output.Length;
                _output.Append('[').Append(next).Append(FoldedS).Append(']');
                _at++;
                break;
            default:
                RefuseSurrogate(next);
                _atom = _output.Length;
                Copy(1);
                break;
        }
    }

    private int CountLength()
    {
        var end = _pattern.IndexOf('}', _at);
        return end > _at + 1 && !_pattern.AsSpan(_at + 1, end - _at - 1).ContainsAnyExcept("0123456789,") ? end + 1 - _at : 0;
    }

    // In Ruby's dialect a{1,2}+ is (?:a{1,2})+, not possessive.
    private void Count(int length)
    {
        Copy(length);
        if (_at < _pattern.Length && _pattern[_at] == '+')
        {
            _output.Insert(_atom, "(?:").Append(')');
        }
    }

    private void Open()
    {
        if (_pattern.AsSpan(_at).StartsWith("(?"))
        {
            var flags = _pattern.AsSpan(_at + 2);
            var end = flags.IndexOfAnyExcept("imsxn-");
            if (end > 0 && flags[end] is ':' or ')' && flags[..end].ContainsAny("msxn"))
            {
                throw new ArgumentException($"the option (?{flags[..end]}) is not supported");
            }

            if (end > 0 && flags[end] is ':' or ')')
            {
                SetOptions(flags[..end], forGroup: flags[end] == ')');
            }

            Copy(end > 0 && flags[end] is ':' or ')' ? end + 2 : 2);
            return;
        }

        Copy(1);
    }

    // (?i) lasts to the end of the group around it, (?i:...) to its own.
    private void SetOptions(ReadOnlySpan<char> flags, bool forGroup)
    {
        var (on, off) = (flags.IndexOf('i'), flags.IndexOf('-'));
        var ignoreCase = on < 0 ? _ignoreCase : off < 0 || on < off;
        _ignoreCase = ignoreCase;
        if (forGroup)
        {
            _groups.Push((_groups.Pop().Start, ignoreCase));
        }
    }

    private void Quantify()
    {
        Copy(1);
        if (_at < _pattern.Length && _pattern[_at] == '+')
        {
            _at++;
            _output.Insert(_atom, "(?>").Append(')');
        }
        else if (_at < _pattern.Length && _pattern[_at] == '?')
        {
            Copy(1);
        }
    }

    private void Set()
    {
        Copy(1);
        if (_at < _pattern.Length && _pattern[_at] == '^')
        {
            Copy(1);
        }

        for (var first = true; _at < _pattern.Length && (first || _pattern[_at] != ']'); first = false)
        {
            var next = _pattern[_at];
            if (next == '[' || _pattern.AsSpan(_at).StartsWith("&&"))
            {
                throw new ArgumentException("a set within a set is not supported");
            }

            RefuseSurrogate(next);
            if (next == '\\')
            {
                Escape(inSet: true);
            }
            else
            {
                _output.Append(_ignoreCase && next is 's' or 'S' && !IsRangeEnd() ? FoldedS : "");
                Copy(1);
            }
        }

        Copy(1);
    }

    private bool IsRangeEnd() => _pattern[_at - 1] == '-' || (_at + 1 < _pattern.Length && _pattern[_at + 1] == '-');

    private void Escape(bool inSet)
    {
        var rest = _pattern.AsSpan(_at);
        var known =
            rest.Length < 2
                ? null
                : (rest[1], inSet) switch
                {
                    ('w', false) => $"[{WordSet}]",
                    ('w', true) => WordSetInSet,
                    ('W', false) => $"[^{WordSet}]",
                    ('b', false) => Boundary,
                    ('B', false) => NoBoundary,
                    ('W' or 'b', true) => throw new ArgumentException($"\\{rest[1]} within a set is not supported"),
                    _ => null,
                };
        if (known is null)
        {
            Copy(rest.Length > 2 && rest[1] is 'p' or 'P' && rest[2] == '{' && rest.IndexOf('}') is > 0 and var end ? end + 1 : 2);
            return;
        }

        _output.Append(known);
        _at += 2;
    }

    private static void RefuseSurrogate(char next)
    {
        if (char.IsSurrogate(next))
        {
            throw new ArgumentException("a character beyond U+FFFF is not supported");
        }
    }

    private void Copy(int count)
    {
        count = Math.Min(count, _pattern.Length - _at);
        _output.Append(_pattern, _at, count);
        _at += count;
    }
}
