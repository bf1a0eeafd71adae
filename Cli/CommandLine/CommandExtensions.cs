using System.CommandLine;
using System.Text.Json;
using EmbedPlatform.Client;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Models;
using EmbedPlatform.Inference.Tokenization;

namespace EmbedPlatform.Cli.CommandLine;

/// <summary>What every command shares: errors are one line on standard error and an exit code.</summary>
internal static class CommandExtensions
{
    /// <summary>Sets what the command does.</summary>
    public static Command Does(this Command command, Terminal terminal, Func<ParseResult, CancellationToken, Task<int>> action)
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
                    terminal.Say($"embedctl: {line}");
                    return 1;
                }
            }
        );
        return command;
    }

    /// <summary>Adds an option and returns it.</summary>
    public static Option<T> Has<T>(this Command command, Option<T> option)
    {
        command.Options.Add(option);
        return option;
    }

    /// <summary>Adds an argument and returns it.</summary>
    public static Argument<T> Has<T>(this Command command, Argument<T> argument)
    {
        command.Arguments.Add(argument);
        return argument;
    }

    /// <summary>Refuses numbers outside a range as wrong usage.</summary>
    public static Option<int> Within(this Option<int> option, int least, int most)
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

    private static string? Explain(Exception exception) =>
        exception switch
        {
            CommandException => exception.Message,
            PlatformException refused => Explain(refused),
            HttpRequestException => $"no answer from the platform: {exception.Message}",
            JsonException => $"not the JSON that was expected: {exception.Message}",
            IOException or UnauthorizedAccessException => exception.Message,
            InvalidDataException or ModelException or InferenceFailedException or TokenizerFormatException => exception.Message,
            OperationCanceledException => "the platform took too long to answer",
            _ => null,
        };

    private static string Explain(PlatformException refused)
    {
        var fields = string.Join("; ", refused.Errors.Select(error => $"{error.Key}: {string.Join(", ", error.Value)}"));
        var status = refused.Status is { } code ? $" ({(int)code})" : "";
        var retry = refused.RetryAfter is { } wait ? $"; try again in {Math.Ceiling(wait.TotalSeconds):0} s" : "";
        return refused.Message.TrimEnd('.') + status + (fields.Length > 0 ? $": {fields}" : "") + retry;
    }
}
