using System.Buffers;
using System.IO.Pipelines;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Inference.Tokenization;

namespace EmbedPlatform.Cli.Tokenizing;

/// <summary>Tokenizes JSON lines in order, as many at a time as have arrived.</summary>
/// <param name="tokenizer">The tokenizer.</param>
internal sealed class TokenizeStream(Tokenizer tokenizer)
{
    private const int ReadBytes = 1 << 18;

    private long _answered;

    /// <summary>Reads until the input ends.</summary>
    /// <exception cref="CommandException">A line is not valid; the lines before it are answered.</exception>
    public async Task RunAsync(Stream input, TextWriter output, CancellationToken cancellationToken)
    {
        var reader = PipeReader.Create(input, new StreamPipeReaderOptions(bufferSize: ReadBytes, leaveOpen: true));
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            var rest = read.Buffer;
            var lines = TakeLines(ref rest);
            if (read.IsCompleted && !rest.IsEmpty)
            {
                lines.Add(rest.ToArray());
                rest = rest.Slice(rest.End);
            }

            await AnswerAsync(lines, output, cancellationToken);
            reader.AdvanceTo(rest.Start, rest.End);
            if (read.IsCompleted)
            {
                await reader.CompleteAsync();
                return;
            }
        }
    }

    private static List<byte[]> TakeLines(ref ReadOnlySequence<byte> buffer)
    {
        var lines = new List<byte[]>();
        while (buffer.PositionOf((byte)'\n') is { } end)
        {
            lines.Add(buffer.Slice(0, end).ToArray());
            buffer = buffer.Slice(buffer.GetPosition(1, end));
        }

        return lines;
    }

    private async Task AnswerAsync(List<byte[]> lines, TextWriter output, CancellationToken cancellationToken)
    {
        if (lines.Count == 0)
        {
            return;
        }

        var answers = new Answer[lines.Count];
        Parallel.For(0, lines.Count, index => answers[index] = AnswerLine(lines[index], _answered + index + 1));
        foreach (var answer in answers)
        {
            if (answer.Problem is { } problem)
            {
                await output.FlushAsync(cancellationToken);
                throw new CommandException(problem);
            }

            if (answer.Json is { } json)
            {
                await output.WriteLineAsync(json);
            }
        }

        _answered += lines.Count;
        await output.FlushAsync(cancellationToken);
    }

    private Answer AnswerLine(byte[] line, long number)
    {
        if (line.AsSpan().Trim(" \t\r"u8).IsEmpty)
        {
            return default;
        }

        var input = TokenizeInput.Parse(line, out var problem);
        if (problem is not null)
        {
            return new Answer(null, $"line {number}: {problem}");
        }

        var encoding = input.Pair is null ? tokenizer.Encode(input.Text!) : tokenizer.EncodePair(input.Text!, input.Pair);
        return new Answer(TokenizeOutput.Format(encoding.Ids, encoding.TypeIds), null);
    }

    private readonly record struct Answer(string? Json, string? Problem);
}
