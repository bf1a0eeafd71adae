using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace EmbedPlatform.ServiceDefaults.Tests.Prometheus;

/// <summary>
/// Reads Prometheus' text format 0.0.4 as strictly as its specification allows, and fails the test on anything that is not of it: order
/// of lines, names, escapes, duplicates, histograms whose buckets do not fit together.
/// </summary>
internal static partial class ExpositionText
{
    public static IReadOnlyDictionary<string, Family> Parse(string text)
    {
        Assert.True(text.Length == 0 || text.EndsWith('\n'), "the last line has no end");
        Assert.DoesNotContain('\r', text);
        var families = new Dictionary<string, Family>(StringComparer.Ordinal);
        var series = new HashSet<string>(StringComparer.Ordinal);
        Family? current = null;
        foreach (var line in text.Split('\n')[..^1])
        {
            if (line.StartsWith('#'))
            {
                var comment = Comment().Match(line);
                Assert.True(comment.Success, line);
                var (name, says) = (comment.Groups["name"].Value, comment.Groups["text"].Value);
                if (current?.Name != name)
                {
                    current = new Family(name, []);
                    Assert.True(families.TryAdd(name, current), $"{name} comes twice");
                }

                Assert.Empty(current.Samples);
                if (comment.Groups["kind"].Value == "HELP")
                {
                    Assert.Null(current.Help);
                    current.Help = says;
                }
                else
                {
                    Assert.Null(current.Type);
                    Assert.Contains(says, (string[])["counter", "gauge", "histogram", "summary", "untyped"]);
                    current.Type = says;
                }

                continue;
            }

            Assert.NotNull(current?.Type);
            var sample = ReadSample(line);
            Assert.Contains(sample.Name, NamesOf(current));
            Assert.True(
                series.Add($"{sample.Name}{{{string.Join(',', sample.Labels.OrderBy(label => label.Key, StringComparer.Ordinal))}}}"),
                $"twice: {line}"
            );
            current.Samples.Add(sample);
        }

        foreach (var histogram in families.Values.Where(family => family.Type == "histogram"))
        {
            CheckHistogram(histogram);
        }

        return families;
    }

    private static Sample ReadSample(string line)
    {
        var match = SampleLine().Match(line);
        Assert.True(match.Success, line);
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < match.Groups["label"].Captures.Count; i++)
        {
            Assert.True(labels.TryAdd(match.Groups["label"].Captures[i].Value, Unescape(match.Groups["value"].Captures[i].Value)), line);
        }

        return new Sample(match.Groups["name"].Value, labels, Number(match.Groups["number"].Value));
    }

    private static void CheckHistogram(Family family)
    {
        foreach (
            var group in family.Samples.GroupBy(sample =>
                string.Join(',', sample.Labels.Where(label => label.Key != "le").OrderBy(label => label.Key, StringComparer.Ordinal))
            )
        )
        {
            var buckets = group.Where(sample => sample.Name == $"{family.Name}_bucket").ToArray();
            var bounds = buckets.Select(bucket => Number(bucket.Labels["le"])).ToArray();
            Assert.Equal(bounds.Order().Distinct(), bounds);
            Assert.Equal(double.PositiveInfinity, bounds[^1]);
            Assert.Equal(buckets.Select(bucket => bucket.Value).Order(), buckets.Select(bucket => bucket.Value));
            Assert.Equal(buckets[^1].Value, Assert.Single(group, sample => sample.Name == $"{family.Name}_count").Value);
            Assert.Single(group, sample => sample.Name == $"{family.Name}_sum");
        }
    }

    private static string[] NamesOf(Family family) =>
        family.Type == "histogram" ? [$"{family.Name}_bucket", $"{family.Name}_sum", $"{family.Name}_count"] : [family.Name];

    private static double Number(string text) =>
        text switch
        {
            "+Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            "NaN" => double.NaN,
            _ => double.Parse(
                text,
                NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
                CultureInfo.InvariantCulture
            ),
        };

    private static string Unescape(string value)
    {
        var text = new StringBuilder();
        for (var i = 0; i < value.Length; i++)
        {
            text.Append(
                value[i] != '\\'
                    ? value[i]
                    : value[++i] switch
                    {
                        'n' => '\n',
                        '\\' => '\\',
                        '"' => '"',
                        var wrong => throw new FormatException($"\\{wrong}"),
                    }
            );
        }

        return text.ToString();
    }

    [GeneratedRegex(@"^# (?<kind>HELP|TYPE) (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<text>(?:[^\\\n]|\\\\|\\n)*)$")]
    private static partial Regex Comment();

    [GeneratedRegex(
        @"^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(?:(?<label>[a-zA-Z_][a-zA-Z0-9_]*)=""(?<value>(?:[^\\""\n]|\\\\|\\n|\\"")*)"""
            + @"(?:,(?=[a-zA-Z_])|(?=\})))*\})? (?<number>[-+.0-9eE]+|NaN|[+-]Inf)$"
    )]
    private static partial Regex SampleLine();

    internal sealed record Family(string Name, List<Sample> Samples)
    {
        public string? Type { get; set; }

        public string? Help { get; set; }
    }

    internal sealed record Sample(string Name, IReadOnlyDictionary<string, string> Labels, double Value);
}
