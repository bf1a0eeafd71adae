using System.CommandLine;
using System.CommandLine.Invocation;
using System.Data.Common;
using System.Text.Json;
using EmbedPlatform.Client;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Models;
using EmbedPlatform.Inference.Tokenization;

namespace EmbedPlatform.Cli.CommandLine;

/// <summary>Shared by all commands: options, one-line errors on standard error, exit codes.</summary>
internal static class CommandExtensions
{
    /// <summary>Sets the command's action.</summary>
    public static Command WithAction(this Command command, Terminal terminal, Func<ParseResult, CancellationToken, Task<int>> action)
    {
        command.SetAction(
            async (parse, cancellationToken) =>
            {
                try
                {
                    var exitCode = await action(parse, cancellationToken);
                    await terminal.Output.FlushAsync(cancellationToken);
                    return exitCode;
                }
                catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
                {
                    return 130;
                }
                catch (Exception exception) when (Explain(exception) is { } line)
                {
                    terminal.WriteErrorLine($"embedctl: {line}");
                    return 1;
                }
            }
        );
        return command;
    }

    /// <summary>Adds an option and returns it.</summary>
    public static Option<T> AddOption<T>(this Command command, Option<T> option)
    {
        command.Options.Add(option);
        return option;
    }

    /// <summary>Adds an argument and returns it.</summary>
    public static Argument<T> AddArgument<T>(this Command command, Argument<T> argument)
    {
        command.Arguments.Add(argument);
        return argument;
    }

    /// <summary>Refuses numbers outside a range as wrong usage.</summary>
    public static Option<int> InRange(this Option<int> option, int least, int most)
    {
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && int.TryParse(result.Tokens[0].Value, out var value) && (value < least || value > most))
            {
                result.AddError($"{option.Name} must be {least} to {most}, not {value}");
            }
        });
        return option;
    }

    /// <summary>Refuses numbers below a minimum as wrong usage.</summary>
    public static TOption AtLeast<TOption>(this TOption option, int least)
        where TOption : Option
    {
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && int.TryParse(result.Tokens[0].Value, out var value) && value < least)
            {
                result.AddError($"{option.Name} must be at least {least}, not {value}");
            }
        });
        return option;
    }

    /// <summary>Parses the arguments and runs the command they name.</summary>
    public static async Task<int> RunAsync(this Command root, string[] args, Terminal terminal, CancellationToken cancellationToken)
    {
        var parse = root.Parse(args);
        if (parse.Action is ParseErrorAction)
        {
            foreach (var error in parse.Errors)
            {
                terminal.WriteErrorLine($"embedctl: {error.Message}");
            }

            terminal.WriteErrorLine($"see: {PathOf(parse.CommandResult.Command)} --help");
            return 2;
        }

        return await parse.InvokeAsync(
            new InvocationConfiguration
            {
                Output = terminal.Output,
                Error = terminal.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            },
            cancellationToken
        );
    }

    private static string PathOf(Command command)
    {
        var names = new Stack<string>();
        for (var current = command; current is not null; current = current.Parents.OfType<Command>().FirstOrDefault())
        {
            names.Push(current is RootCommand ? "embedctl" : current.Name);
        }

        return string.Join(' ', names);
    }

    private static string? Explain(Exception exception) =>
        exception switch
        {
            CommandException => exception.Message,
            PlatformException refused => Explain(refused),
            HttpRequestException => $"no response from the platform: {exception.Message}",
            DbException => $"the database reports: {exception.Message}",
            JsonException => $"unexpected JSON: {exception.Message}",
            IOException or UnauthorizedAccessException => exception.Message,
            InvalidDataException or ModelException or InferenceFailedException or TokenizerFormatException => exception.Message,
            OperationCanceledException => "the platform did not respond in time",
            _ => null,
        };

    private static string Explain(PlatformException refused)
    {
        var fields = string.Join("; ", refused.Errors.Select(error => $"{error.Key}: {string.Join(", ", error.Value)}"));
        var status = refused.Status is { } code ? $" ({(int)code})" : "";
        var retry = refused.RetryAfter is { } wait ? $"; retry in {Math.Ceiling(wait.TotalSeconds):0} s" : "";
        return refused.Message.TrimEnd('.') + status + (fields.Length > 0 ? $": {fields}" : "") + retry;
    }
}
