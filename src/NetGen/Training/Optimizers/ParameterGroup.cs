using System.Collections.Immutable;

namespace NetGen;

/// <summary>Settings for some of a network's parameters. A parameter follows the first group that it belongs to, or the optimizer's settings.</summary>
/// <param name="Contains">Which parameters belong to the group, by name, shape or role.</param>
/// <param name="LearningRateFactor">What the learning rate is multiplied with; 0 freezes the parameters.</param>
/// <param name="WeightDecay">The weight decay; null for the optimizer's own.</param>
public sealed record ParameterGroup(Func<ParameterInfo, bool> Contains, double LearningRateFactor = 1, double? WeightDecay = null)
{
    /// <summary>Settings for the parameters whose names match a pattern. One that no learned parameter matches is an error where the group is used.</summary>
    /// <param name="pattern">The pattern, <c>"features.*"</c>: <c>*</c> stands for any characters, dots included, and <c>?</c> for one.</param>
    /// <param name="LearningRateFactor">What the learning rate is multiplied with; 0 freezes the parameters.</param>
    /// <param name="WeightDecay">The weight decay; null for the optimizer's own.</param>
    public ParameterGroup(string pattern, double LearningRateFactor = 1, double? WeightDecay = null)
        : this(p => NamePattern.Matches(pattern, p.Name), LearningRateFactor, WeightDecay)
    {
        ArgumentException.ThrowIfNullOrEmpty(pattern);
        Pattern = pattern;
    }

    /// <summary>The pattern that the group was made with; null where it was made with a function.</summary>
    public string? Pattern { get; }

    /// <summary>The arena cut into ranges with equal settings; neighbours with the same settings are one range.</summary>
    /// <param name="info">The network.</param>
    /// <param name="groups">The groups, the first that contains a parameter decides.</param>
    /// <param name="decayBiasesAndNorms">False sets the weight decay of whatever isn't a <see cref="ParameterRole.Weight"/> to 0, unless a group
    /// sets it.</param>
    /// <param name="freeze">Patterns of the names of parameters that stay as they are, whatever the groups say.</param>
    /// <exception cref="ArgumentException">A pattern matches nothing.</exception>
    internal static ImmutableArray<ParameterRange> Cut(
        NetworkInfo info, IReadOnlyList<ParameterGroup> groups, bool decayBiasesAndNorms, IReadOnlyList<string>? freeze = null)
    {
        freeze ??= [];
        foreach (var pattern in freeze)
            NamePattern.Check(pattern, info, nameof(TrainerOptions.Freeze));
        foreach (var group in groups)
        {
            Check.NotNegative((float)group.LearningRateFactor, nameof(LearningRateFactor));
            if (group.Pattern is { } pattern)
                NamePattern.Check(pattern, info, nameof(TrainerOptions.ParameterGroups));
            if (group.WeightDecay is { } decay)
                Check.NotNegative((float)decay, nameof(WeightDecay));
        }
        var ranges = ImmutableArray.CreateBuilder<ParameterRange>();
        foreach (var parameter in info.Parameters.OrderBy(p => p.Offset))
        {
            var group = groups.FirstOrDefault(g => g.Contains(parameter));
            var factor = freeze.Any(pattern => NamePattern.Matches(pattern, parameter.Name)) ? 0 : (float)(group?.LearningRateFactor ?? 1);
            var range = new ParameterRange((int)parameter.Offset, parameter.StoredFloats, factor,
                (float?)group?.WeightDecay ?? (decayBiasesAndNorms || parameter.Role == ParameterRole.Weight ? null : 0f));
            if (ranges.Count > 0 && ranges[^1] is var last
                && last with { First = range.First, Count = range.Count } == range && last.First + last.Count == range.First)
                ranges[^1] = last with { Count = last.Count + range.Count };
            else
                ranges.Add(range);
        }
        return ranges.ToImmutable();
    }
}
