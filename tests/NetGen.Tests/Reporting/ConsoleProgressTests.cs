using System.Globalization;
using System.Text.RegularExpressions;
using NetGen.Reporting;
using Spectre.Console;

namespace NetGen.Tests.Reporting;

public sealed partial class ConsoleProgressTests
{
    static FitProgress Report(int epoch, int batch, bool finished = false) => new()
    {
        Epoch = epoch,
        Epochs = 3,
        Batch = batch,
        Batches = 10,
        Loss = 0.5,
        Accuracy = 0.875,
        LearningRate = 0.001,
        SamplesPerSecond = 123_456,
        TimeLeft = TimeSpan.FromSeconds(83),
        Finished = finished
            ? new()
            {
                Epoch = epoch,
                TrainLoss = 0.4321,
                TrainAccuracy = 0.9,
                ValidationLoss = 0.45,
                ValidationAccuracy = 0.89,
                LearningRate = 0.001,
                Seconds = 2,
            }
            : null,
    };

    static string Show(bool terminal, int width = 100, params FitProgress[] reports)
    {
        using var writer = new StringWriter(CultureInfo.InvariantCulture);
        var console = AnsiConsole.Create(new()
        {
            Ansi = terminal ? AnsiSupport.Yes : AnsiSupport.No,
            Interactive = terminal ? InteractionSupport.Yes : InteractionSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Out = new Output(writer, terminal, width),
        });
        var returned = ConsoleProgress.Show(
            progress =>
            {
                foreach (var report in reports)
                    progress.Report(report);
                return 42;
            },
            console);
        Assert.Equal(42, returned);
        return writer.ToString();
    }

    static string Plain(string text) => Escapes().Replace(text, "");

    [GeneratedRegex("\u001b\\[[0-9;?]*[A-Za-z]")]
    private static partial Regex Escapes();

    [Fact]
    public void Progress_Redirected_IsALineAnEpoch()
    {
        var text = Show(terminal: false, 100, Report(1, 5), Report(1, 10, finished: true), Report(2, 5), Report(2, 10, finished: true));
        var lines = text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.Equal("     1/3    0.4321    90.0 %       0.4500    89.0 %     123,456   2.0 s", lines[1]);
        Assert.Equal(lines[0].TrimEnd().Length, lines[1].Length);
        Assert.DoesNotContain('\u001b', text);
    }

    [Fact]
    public void Progress_OnATerminal_ShowsABarWithTheTimeLeft()
    {
        var text = Plain(Show(terminal: true, 100, Report(1, 5), Report(1, 10, finished: true)));
        Assert.Contains("epoch 1/3 ", text, StringComparison.Ordinal);
        Assert.Contains("accuracy 87.5 %", text, StringComparison.Ordinal);
        Assert.Contains("123,456 samples/s", text, StringComparison.Ordinal);
        Assert.Contains("1:23 left", text, StringComparison.Ordinal);
        Assert.Contains("0.4321", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Progress_OnANarrowTerminal_ShowsLess_OnOneLine()
    {
        var lines = Plain(Show(terminal: true, 40, Report(1, 5))).ReplaceLineEndings("\n").Split('\n');
        var bar = lines.First(l => l.Contains("1:23 left", StringComparison.Ordinal));
        Assert.DoesNotContain("samples/s", bar, StringComparison.Ordinal);
        Assert.InRange(bar.TrimStart('\r').Length, 20, 39);
    }

    [Fact]
    public void Progress_AnErrorInTheTraining_ComesThrough() =>
        Assert.Throws<InvalidOperationException>(() => ConsoleProgress.Show<int>(_ => throw new InvalidOperationException("no")));

    sealed class Output(TextWriter writer, bool terminal, int width) : IAnsiConsoleOutput
    {
        public TextWriter Writer => writer;

        public bool IsTerminal => terminal;

        public int Width => width;

        public int Height => 30;

        public void SetEncoding(System.Text.Encoding encoding) { }
    }
}
