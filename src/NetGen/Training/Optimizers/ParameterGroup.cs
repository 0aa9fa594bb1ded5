using System.Collections.Immutable;

namespace NetGen;

/// <summary>Settings for some of a network's parameters. A parameter follows the first group that it belongs to, or the optimizer's settings.</summary>
/// <param name="Contains">Which parameters belong to the group, by name, shape or role.</param>
/// <param name="LearningRateFactor">What the learning rate is multiplied with; 0 freezes the parameters.</param>
/// <param name="WeightDecay">The weight decay; null for the optimizer's own.</param>
public sealed record ParameterGroup(Func<ParameterInfo, bool> Contains, float LearningRateFactor = 1, float? WeightDecay = null)
{
    /// <summary>The arena cut into ranges with equal settings; neighbours with the same settings are one range.</summary>
    /// <param name="info">The network.</param>
    /// <param name="groups">The groups, the first that contains a parameter decides.</param>
    /// <param name="decayBiasesAndNorms">False sets the weight decay of whatever isn't a <see cref="ParameterRole.Weight"/> to 0, unless a group
    /// sets it.</param>
    internal static ImmutableArray<ParameterRange> Cut(NetworkInfo info, IReadOnlyList<ParameterGroup> groups, bool decayBiasesAndNorms)
    {
        foreach (var group in groups)
        {
            Check.NotNegative(group.LearningRateFactor);
            if (group.WeightDecay is { } decay)
                Check.NotNegative(decay);
        }
        var ranges = ImmutableArray.CreateBuilder<ParameterRange>();
        foreach (var parameter in info.Parameters.OrderBy(p => p.Offset))
        {
            var group = groups.FirstOrDefault(g => g.Contains(parameter));
            var range = new ParameterRange(parameter.Offset, parameter.StoredFloats, group?.LearningRateFactor ?? 1,
                group?.WeightDecay ?? (decayBiasesAndNorms || parameter.Role == ParameterRole.Weight ? null : 0f));
            if (ranges.Count > 0 && ranges[^1] is var last
                && last with { First = range.First, Count = range.Count } == range && last.First + last.Count == range.First)
                ranges[^1] = last with { Count = last.Count + range.Count };
            else
                ranges.Add(range);
        }
        return ranges.ToImmutable();
    }
}
