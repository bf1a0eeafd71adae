using System.Text;
using Spectre.Console;

namespace EmbedPlatform.Cli.CommandLine;

/// <summary>The streams of a command: results on standard output, progress and errors on standard error.</summary>
internal sealed class Terminal : IDisposable
{
    private const int RedirectedWidth = 140;

    private readonly Lock _writing = new();

    /// <summary>A terminal over the given streams.</summary>
    /// <param name="input">Standard input.</param>
    /// <param name="output">Where results go.</param>
    /// <param name="error">Where progress and errors go.</param>
    /// <param name="inputRedirected">Whether input comes from a pipe or file.</param>
    /// <param name="outputRedirected">Whether results go to a pipe or file.</param>
    /// <param name="errorRedirected">Whether progress goes to a pipe or file.</param>
    public Terminal(
        Stream input,
        TextWriter output,
        TextWriter error,
        bool inputRedirected = true,
        bool outputRedirected = true,
        bool errorRedirected = true
    )
    {
        Input = input;
        Output = output;
        Error = error;
        InputRedirected = inputRedirected;
        IsProgressLive = !errorRedirected;
        Results = CreateConsole(output, outputRedirected);
        Progress = CreateConsole(error, errorRedirected);
    }

    /// <summary>Standard input.</summary>
    public Stream Input { get; }

    /// <summary>Standard output.</summary>
    public TextWriter Output { get; }

    /// <summary>Standard error.</summary>
    public TextWriter Error { get; }

    /// <summary>Whether standard input is a pipe or file.</summary>
    public bool InputRedirected { get; }

    /// <summary>Whether progress can be redrawn in place.</summary>
    public bool IsProgressLive { get; }

    /// <summary>Standard output, for tables.</summary>
    public IAnsiConsole Results { get; }

    /// <summary>Standard error, for progress bars.</summary>
    public IAnsiConsole Progress { get; }

    /// <summary>The streams of the process.</summary>
    public static Terminal OfProcess()
    {
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        var redirected = Console.IsOutputRedirected;
        var output = redirected ? new StreamWriter(Console.OpenStandardOutput(), utf8, 1 << 16) : Console.Out;
        return new Terminal(
            Console.OpenStandardInput(),
            output,
            Console.Error,
            Console.IsInputRedirected,
            redirected,
            Console.IsErrorRedirected
        );
    }

    /// <summary>Writes a line of progress or an error to standard error.</summary>
    public void WriteErrorLine(string line)
    {
        lock (_writing)
        {
            Output.Flush();
            Error.WriteLine(line);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            Output.Flush();
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // The reader of the output, for example `head`, has exited.
        }
    }

    private static IAnsiConsole CreateConsole(TextWriter writer, bool redirected)
    {
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Out = new AnsiConsoleOutput(writer),
                Ansi = redirected ? AnsiSupport.No : AnsiSupport.Detect,
                ColorSystem = redirected ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
                Interactive = redirected ? InteractionSupport.No : InteractionSupport.Detect,
            }
        );
        if (redirected)
        {
            console.Profile.Width = RedirectedWidth;
        }

        return console;
    }
}
