using System.IO.Pipelines;
using System.Text.Json;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Cli.Tests.CommandLine;
using EmbedPlatform.TestKit;

namespace EmbedPlatform.Cli.Tests.Tokenizing;

public sealed class TokenizeCommandTests
{
    private static string Bert => SharedAssets.Require("tokenizers/bert-uncased/tokenizer.json");

    [Theory]
    [InlineData("bert-uncased", "golden.jsonl")]
    [InlineData("bert-uncased", "golden-pairs.jsonl")]
    [InlineData("xlm-roberta", "golden.jsonl")]
    [InlineData("xlm-roberta", "golden-pairs.jsonl")]
    public async Task Every_golden_line_gets_its_ids_in_order(string tokenizer, string file)
    {
        var golden = File.ReadLines(SharedAssets.Require($"tokenizers/{tokenizer}/{file}"))
            .Select(line => JsonElement.Parse(line))
            .ToList();

        var run = await CommandRun.WithInputAsync(
            string.Join('\n', golden.Select(line => line.GetRawText())),
            "tokenize",
            "--tokenizer",
            SharedAssets.Require($"tokenizers/{tokenizer}/tokenizer.json")
        );

        Assert.Equal(0, run.ExitCode);
        var answers = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line)).ToList();
        Assert.Equal(golden.Count, answers.Count);
        Assert.All(
            golden.Zip(answers),
            pair =>
            {
                Assert.Equal(Numbers(pair.First, "ids"), Numbers(pair.Second, "ids"));
                Assert.Equal(Numbers(pair.Second, "ids").Length, Numbers(pair.Second, "type_ids").Length);
                if (pair.First.TryGetProperty("type_ids", out _))
                {
                    Assert.Equal(Numbers(pair.First, "type_ids"), Numbers(pair.Second, "type_ids"));
                }
            }
        );
    }

    [Fact]
    public async Task A_line_is_answered_before_the_next_one_is_written()
    {
        var (questions, answers) = (new Pipe(), new Pipe());
        await using var output = new StreamWriter(answers.Writer.AsStream());
        using var terminal = new Terminal(questions.Reader.AsStream(), output, TextWriter.Null);
        using var reader = new StreamReader(answers.Reader.AsStream());
        var command = CommandTree.Create(terminal).RunAsync(["tokenize", "-t", Bert], terminal, TestContext.Current.CancellationToken);

        await WriteAsync(questions.Writer, "{\"text\": \"one\"}\n{\"text\": ");
        var first = await reader.ReadLineAsync(TestContext.Current.CancellationToken);
        await WriteAsync(questions.Writer, "\"two\"}");
        await questions.Writer.CompleteAsync();
        var second = await reader.ReadLineAsync(TestContext.Current.CancellationToken);

        Assert.Equal("""{"ids":[101,2028,102],"type_ids":[0,0,0]}""", first);
        Assert.Equal("""{"ids":[101,2048,102],"type_ids":[0,0,0]}""", second);
        Assert.Equal(0, await command);
    }

    [Theory]
    [InlineData("""{"txt": "wrong field"}""", "\"text\" is missing")]
    [InlineData("""{"text": 5}""", "\"text\" is not a string")]
    [InlineData("""{"text": "a", "pair": ["b"]}""", "\"pair\" is not a string")]
    [InlineData("""{"text": "\ud800"}""", "\"text\" is not valid Unicode (an unpaired surrogate, or bytes that are not UTF-8)")]
    [InlineData("text", "not a JSON object")]
    [InlineData("""{"text": "a"} {"text": "b"}""", "not a JSON object")]
    [InlineData("""{"text": "a" """, "not a JSON object")]
    [InlineData("""["text"]""", "not a JSON object")]
    public async Task A_wrong_line_is_named_by_its_number_and_those_before_it_are_answered(string line, string told)
    {
        var run = await CommandRun.WithInputAsync("{\"text\": \"one\"}\n\n" + line + "\n", "tokenize", "--tokenizer", Bert);

        Assert.Equal(1, run.ExitCode);
        Assert.Equal("""{"ids":[101,2028,102],"type_ids":[0,0,0]}""", run.Output.TrimEnd());
        Assert.Equal($"embedctl: line 3: {told}", Assert.Single(run.ErrorLines));
    }

    [Fact]
    public async Task A_byte_order_mark_carriage_returns_and_an_empty_text_are_taken()
    {
        var run = await CommandRun.WithInputAsync(
            "\uFEFF{\"text\": \"one\"}\r\n{\"text\": \"\", \"pair\": null}\r\n",
            "tokenize",
            "--tokenizer",
            Bert
        );

        Assert.Equal(
            ["""{"ids":[101,2028,102],"type_ids":[0,0,0]}""", """{"ids":[101,102],"type_ids":[0,0]}"""],
            run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        );
    }

    [Fact]
    public async Task A_tokenizer_that_is_missing_is_named()
    {
        var run = await CommandRun.OfAsync("tokenize", "--tokenizer", "/no/such/tokenizer.json");

        Assert.Equal(1, run.ExitCode);
        Assert.Equal("embedctl: /no/such/tokenizer.json does not exist", Assert.Single(run.ErrorLines));
    }

    [Fact]
    public async Task A_file_that_is_no_tokenizer_is_one_line()
    {
        using var folder = new TemporaryFolder();

        var run = await CommandRun.OfAsync("tokenize", "--tokenizer", folder.Write("tokenizer.json", "{}"));

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("tokenizer.json", Assert.Single(run.ErrorLines));
    }

    private static int[] Numbers(JsonElement line, string field) =>
        [.. line.GetProperty(field).EnumerateArray().Select(value => value.GetInt32())];

    private static async Task WriteAsync(PipeWriter writer, string text) =>
        await writer.WriteAsync(System.Text.Encoding.UTF8.GetBytes(text));
}
