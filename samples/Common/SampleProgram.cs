using System.CommandLine;

namespace NetGen.Samples;

/// <summary>
/// What the samples' programs have in common: they run a command, say what they do, and what goes wrong is a message rather than a stack trace.
/// </summary>
static class SampleProgram
{
    /// <summary>Runs a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="args">What the command line says.</param>
    /// <returns>The program's exit code: 0, 1 where something is wrong that a message explains, 130 where the user stopped it.</returns>
    public static async Task<int> RunAsync(RootCommand command, string[] args)
    {
        var parsed = command.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            await Console.Error.WriteLineAsync($"error: {parsed.Errors[0].Message} (--help lists the options)");
            return 1;
        }
        return await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });
    }

    /// <summary>Writes a line, in the same way under every culture.</summary>
    public static void Say(FormattableString line) => Console.WriteLine(FormattableString.Invariant(line));

    /// <inheritdoc cref="Does{TSettings}(RootCommand, Func{ParseResult, TSettings}, Func{TSettings, CancellationToken, Task}, string, Func{Exception, bool}?)"/>
    public static RootCommand Does<TSettings>(this RootCommand command, Func<ParseResult, TSettings> settings, Action<TSettings, CancellationToken> action, string stopped = "Stopped.") =>
        command.Does(settings, (set, cancellation) =>
        {
            action(set, cancellation);
            return Task.CompletedTask;
        }, stopped);

    /// <summary>Gives a command what it does.</summary>
    /// <param name="command">The command.</param>
    /// <param name="settings">Reads its settings.</param>
    /// <param name="action">What it does with them.</param>
    /// <param name="stopped">What is said where the user stopped it.</param>
    /// <param name="explains">Whether the message of a further kind of exception says what is wrong.</param>
    /// <returns>The command.</returns>
    public static RootCommand Does<TSettings>(this RootCommand command, Func<ParseResult, TSettings> settings, Func<TSettings, CancellationToken, Task> action,
        string stopped = "Stopped.", Func<Exception, bool>? explains = null)
    {
        command.SetAction(async (parsed, cancellation) =>
        {
            try
            {
                await action(settings(parsed), cancellation);
                return 0;
            }
            catch (OperationCanceledException)
            {
                await Console.Error.WriteLineAsync(stopped);
                return 130;
            }
            catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or HttpRequestException or ArgumentException
                || explains?.Invoke(e) == true)
            {
                await Console.Error.WriteLineAsync($"error: {e.Message}");
                return 1;
            }
        });
        return command;
    }
}
