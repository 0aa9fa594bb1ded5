using System.Collections.Immutable;
using NetGen.Optimization;

namespace NetGen.Serialization;

/// <summary>A checkpoint: a safetensors file with parameters, an optimizer's state and, as metadata, all numbers that a run goes on from.</summary>
sealed class Checkpoint
{
    const string Version = "1";
    const string ParametersPrefix = "parameters.";
    const string BestPrefix = "best.";

    Checkpoint() { }

    public required ParameterSet Parameters { get; init; }

    /// <summary>The best parameters so far, where a run keeps them.</summary>
    public required ParameterSet? Best { get; init; }

    public required ImmutableArray<ParameterSet> OptimizerState { get; init; }

    public required long StepCount { get; init; }

    public required double[] ScheduleState { get; init; }

    /// <summary>All metadata, the run's own included.</summary>
    public required IReadOnlyDictionary<string, string> Texts { get; init; }

    public static void Write(
        string path, ParameterSet parameters, ParameterSet? best, Optimizer optimizer, double[] scheduleState, IReadOnlyDictionary<string, string> texts)
    {
        var tensors = ParameterFile.Sources(parameters, ParametersPrefix);
        foreach (var (name, state) in optimizer.StateNames.Zip(optimizer.State))
            tensors = tensors.Concat(ParameterFile.Sources(state, StatePrefix(name)));
        if (best is not null)
            tensors = tensors.Concat(ParameterFile.Sources(best, BestPrefix));
        SafetensorsWriter.Write(path, [.. tensors], new Dictionary<string, string>(texts, StringComparer.Ordinal)
        {
            [SafetensorsFile.CheckpointMark] = Version,
            ["netgen.network"] = parameters.Info.Name,
            ["optimizer"] = optimizer.GetType().Name,
            ["step"] = FitState.Text(optimizer.StepCount),
            ["schedule"] = string.Join(' ', scheduleState.Select(FitState.Text)),
        });
    }

    /// <summary>Reads and checks everything. Nothing else is changed.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or isn't a checkpoint of this network, optimizer and schedule.</exception>
    public static Checkpoint Read(string path, NetworkInfo info, Optimizer optimizer, int scheduleStateSize)
    {
        using var file = SafetensorsFile.Open(path);
        var texts = file.Metadata;
        try
        {
            if (!texts.TryGetValue(SafetensorsFile.CheckpointMark, out var version))
                throw new FormatException("it isn't a checkpoint, as a trainer's SaveCheckpoint writes, and Fit with a CheckpointPath; what a network's Save wrote is read by Load");
            if (version != Version)
                throw new FormatException($"its version is '{version}'; this is version {Version}");
            if (Field("optimizer") is var kind && kind != optimizer.GetType().Name)
                throw new FormatException($"it was written with {kind}; the optimizer is {optimizer.GetType().Name}");
            double[] schedule = [.. Field("schedule").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(FitState.Parse<double>)];
            if (schedule.Length != scheduleStateSize)
                throw new FormatException($"its schedule remembers {schedule.Length} numbers; that of the options {scheduleStateSize}");
            var step = FitState.Parse<long>(Field("step"));
            if (step < 0)
                throw new FormatException($"its step is {step}");

            var hasBest = file.Tensors.Keys.Any(name => name.StartsWith(BestPrefix, StringComparison.Ordinal));
            ImmutableArray<string> state = [.. optimizer.StateNames.Select(StatePrefix)];
            ImmutableArray<(string, NetworkInfo)> sets = [(ParametersPrefix, info), .. state.Select(prefix => (prefix, info.Learned))];
            if (hasBest)
                sets = sets.Add((BestPrefix, info));
            ParameterFile.CheckNames(file, sets, $"a checkpoint of {info.Name} with {optimizer.GetType().Name}");
            return new()
            {
                Parameters = ReadSet(ParametersPrefix, info),
                Best = hasBest ? ReadSet(BestPrefix, info) : null,
                OptimizerState = [.. state.Select(prefix => ReadSet(prefix, info.Learned))],
                StepCount = step,
                ScheduleState = schedule,
                Texts = texts,
            };
        }
        catch (FormatException e)
        {
            throw new InvalidDataException($"{path}: this checkpoint can't be used: {e.Message}.", e);
        }

        string Field(string name) => texts.TryGetValue(name, out var text) ? text : throw new FormatException($"it has no '{name}'");

        ParameterSet ReadSet(string prefix, NetworkInfo of)
        {
            var set = new ParameterSet(of);
            ParameterFile.Read(file, set, prefix);
            return set;
        }
    }

    /// <summary>Makes a network and an optimizer what they were.</summary>
    public void Restore(ParameterSet parameters, Optimizer optimizer, double[] scheduleState)
    {
        Parameters.CopyTo(parameters);
        foreach (var (from, to) in OptimizerState.Zip(optimizer.State))
            from.CopyTo(to);
        optimizer.StepCount = StepCount;
        ScheduleState.CopyTo(scheduleState, 0);
    }

    static string StatePrefix(string name) => $"optimizer.{name}.";
}
