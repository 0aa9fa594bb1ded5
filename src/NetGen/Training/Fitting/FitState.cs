using System.Collections.Immutable;
using System.Globalization;

namespace NetGen.Optimization;

/// <summary>Where a run stands besides its parameters and its optimizer: what a checkpoint keeps of <c>Fit</c>, as texts.</summary>
sealed class FitState
{
    /// <summary>The epoch, from 0, and how many of its batches are done.</summary>
    public int Epoch, Batch;

    /// <summary>The lowest loss so far, its epoch from 1 (0 for none), and the epochs since.</summary>
    public double BestLoss = double.PositiveInfinity;
    public int BestEpoch, EpochsSinceBest;

    public ImmutableArray<EpochResult> History = [];

    public Dictionary<string, string> ToText(Metrics metrics) => new(StringComparer.Ordinal)
    {
        ["fit.epoch"] = Text(Epoch),
        ["fit.batch"] = Text(Batch),
        ["fit.loss"] = $"{Text(metrics.LossSum)} {Text(metrics.Weight)}",
        ["fit.accuracy"] = $"{Text(metrics.Right)} {Text(metrics.Decisions)}",
        ["fit.best"] = $"{Text(BestLoss)} {Text(BestEpoch)} {Text(EpochsSinceBest)}",
        ["fit.history"] = string.Join(';', History.Select(Text)),
    };

    /// <exception cref="FormatException">A text isn't what <see cref="ToText"/> writes.</exception>
    public static FitState Parse(IReadOnlyDictionary<string, string> texts, int batches, Metrics metrics)
    {
        var loss = Fields("fit.loss", 2);
        var accuracy = Fields("fit.accuracy", 2);
        var best = Fields("fit.best", 3);
        var state = new FitState
        {
            Epoch = Parse<int>(Field("fit.epoch")),
            Batch = Parse<int>(Field("fit.batch")),
            BestLoss = Parse<double>(best[0]),
            BestEpoch = Parse<int>(best[1]),
            EpochsSinceBest = Parse<int>(best[2]),
            History = Field("fit.history") is { Length: > 0 } history ? [.. history.Split(';').Select(ParseEpoch)] : [],
        };
        (metrics.LossSum, metrics.Weight) = (Parse<double>(loss[0]), Parse<double>(loss[1]));
        (metrics.Right, metrics.Decisions) = (Parse<long>(accuracy[0]), Parse<long>(accuracy[1]));
        if (state.Epoch < 0 || state.Batch < 0 || state.Batch > batches || state.History.Length != state.Epoch
            || state.BestEpoch < 0 || state.BestEpoch > state.Epoch)
        {
            throw new FormatException(FormattableString.Invariant(
                $"epoch {state.Epoch}, batch {state.Batch} of {batches}, {state.History.Length} epochs of history and best epoch {state.BestEpoch} contradict each other"));
        }
        return state;

        string Field(string name) => texts.TryGetValue(name, out var text) ? text : throw new FormatException($"it has no '{name}'");

        string[] Fields(string name, int count) => Field(name).Split(' ') is var fields && fields.Length == count
            ? fields
            : throw new FormatException($"its '{name}' is '{Field(name)}', which isn't {count} numbers");
    }

    static string Text(EpochResult e) => string.Join(' ',
        Text(e.Epoch), Text(e.TrainLoss), Text(e.TrainAccuracy), Optional(e.ValidationLoss), Optional(e.ValidationAccuracy), Optional(e.ValidationTopK),
        Text(e.LearningRate), Text(e.Seconds));

    static EpochResult ParseEpoch(string text)
    {
        var fields = text.Split(' ');
        if (fields.Length != 8)
            throw new FormatException($"an epoch of its history is '{text}', which isn't 8 numbers");
        return new()
        {
            Epoch = Parse<int>(fields[0]),
            TrainLoss = Parse<double>(fields[1]),
            TrainAccuracy = Parse<double>(fields[2]),
            ValidationLoss = ParseOptional(fields[3]),
            ValidationAccuracy = ParseOptional(fields[4]),
            ValidationTopK = ParseOptional(fields[5]),
            LearningRate = Parse<double>(fields[6]),
            Seconds = Parse<double>(fields[7]),
        };
    }

    /// <summary>The shortest text that gives the same bits back.</summary>
    public static string Text<T>(T value) where T : IFormattable => value.ToString(null, CultureInfo.InvariantCulture);

    public static T Parse<T>(string text) where T : IParsable<T> => T.TryParse(text, CultureInfo.InvariantCulture, out var value)
        ? value
        : throw new FormatException($"it says '{text}' where a number is needed");

    static string Optional(double? value) => value is { } number ? Text(number) : "-";

    static double? ParseOptional(string text) => text == "-" ? null : Parse<double>(text);
}
