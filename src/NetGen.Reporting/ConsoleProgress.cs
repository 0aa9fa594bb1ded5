using System.Globalization;
using Spectre.Console;

namespace NetGen.Reporting;

/// <summary>
/// Shows a run while it trains: a line for each finished epoch, and below them a bar with the loss, the accuracy, the speed and the time left.
/// </summary>
/// <remarks>Where the output isn't a terminal (redirected to a file, or a build's log) there are only the lines.</remarks>
/// <example><code>
/// var result = ConsoleProgress.Show(progress => network.Fit(train, validation, new FitOptions { Progress = progress }));
/// </code></example>
public sealed class ConsoleProgress : IProgress<FitProgress>
{
    readonly IAnsiConsole console;
    readonly LiveDisplayContext? live;
    bool begun;

    ConsoleProgress(IAnsiConsole console, LiveDisplayContext? live) => (this.console, this.live) = (console, live);

    /// <summary>Runs a training with a display on the console.</summary>
    /// <typeparam name="TResult">What the training returns: a <see cref="FitResult"/>.</typeparam>
    /// <param name="fit">The training; it is given what to report to.</param>
    /// <param name="console">Where to show it; by default the program's console.</param>
    /// <returns>What <paramref name="fit"/> returns.</returns>
    public static TResult Show<TResult>(Func<IProgress<FitProgress>, TResult> fit, IAnsiConsole? console = null)
    {
        ArgumentNullException.ThrowIfNull(fit);
        var shown = console ?? AnsiConsole.Console;
        if (!shown.Profile.Capabilities.Interactive || !shown.Profile.Capabilities.Ansi || !shown.Profile.Out.IsTerminal)
            return fit(new ConsoleProgress(shown, live: null));

        return shown.Live(Text.Empty).AutoClear(true).Start(context => fit(new ConsoleProgress(shown, context)));
    }

    /// <inheritdoc/>
    public void Report(FitProgress value)
    {
        if (!begun)
        {
            begun = true;
            console.WriteLine(Columns("epoch", "loss", "accuracy", "valid. loss", "accuracy", "samples/s", "time"), new Style(decoration: Decoration.Bold));
        }
        if (value.Finished is { } epoch)
        {
            var line = Columns(
                string.Create(CultureInfo.InvariantCulture, $"{epoch.Epoch}/{value.Epochs}"), Loss(epoch.TrainLoss), Share(epoch.TrainAccuracy),
                Loss(epoch.ValidationLoss), Share(epoch.ValidationAccuracy), Speed(value.SamplesPerSecond), Time(TimeSpan.FromSeconds(epoch.Seconds)));
            // The line takes the bar's place on the screen, and has to cover all of it.
            console.WriteLine(live is null ? line : line.PadRight(Math.Max(console.Profile.Width - 1, 0)));
        }
        if (live is not null)
        {
            live.UpdateTarget(new Markup(Bar(value)));
            live.Refresh();
        }
    }

    string Bar(FitProgress value)
    {
        var epoch = string.Create(CultureInfo.InvariantCulture, $"epoch {value.Epoch}/{value.Epochs} ");
        var loss = $"  loss [bold]{Loss(value.Loss)}[/]";
        var accuracy = double.IsFinite(value.Accuracy) ? $"  accuracy [bold]{Share(value.Accuracy)}[/]" : "";
        var speed = $"  {Speed(value.SamplesPerSecond)} samples/s";
        var left = $"  [bold]{Time(value.TimeLeft)}[/] left";

        // One column stays free: a terminal that wraps there would shift the display. A narrow one shows less.
        var room = console.Profile.Width - 1 - epoch.Length;
        string[] choices = [loss + accuracy + speed + left, loss + accuracy + left, loss + left, left, ""];
        var numbers = choices.First(c => c.Length == 0 || Markup.Remove(c).Length + 8 <= room);
        var width = Math.Clamp(room - Markup.Remove(numbers).Length, 0, 40);
        var done = value.Batches == 0 ? width : (int)((long)width * value.Batch / value.Batches);
        var line = console.Profile.Capabilities.Unicode ? '━' : '-';
        return $"{epoch}[blue]{new string(line, done)}[/][grey]{new string(line, width - done)}[/]{numbers}";
    }

    static string Columns(string epoch, string loss, string accuracy, string validation, string validationAccuracy, string speed, string time) =>
        $"{epoch,8}{loss,10}{accuracy,10}{validation,13}{validationAccuracy,10}{speed,12}{time,8}";

    static string Loss(double? loss) => loss is { } value ? value.ToString("0.0000", CultureInfo.InvariantCulture) : "–";

    static string Share(double? share) =>
        share is { } value && double.IsFinite(value) ? value.ToString("0.0 %", CultureInfo.InvariantCulture) : "–";

    static string Speed(double samplesPerSecond) =>
        double.IsFinite(samplesPerSecond) ? samplesPerSecond.ToString("N0", CultureInfo.InvariantCulture) : "–";

    static string Time(TimeSpan time) => time.TotalSeconds switch
    {
        < 10 => time.TotalSeconds.ToString("0.0 s", CultureInfo.InvariantCulture),
        < 3600 => time.ToString(@"m\:ss", CultureInfo.InvariantCulture),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours}:{time:mm\\:ss}"),
    };
}
