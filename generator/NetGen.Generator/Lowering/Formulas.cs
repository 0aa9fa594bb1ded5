using System.Collections.Immutable;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering;

/// <summary>What groups compute, in the notation of the field.</summary>
static class Formulas
{
    /// <summary>What stands between the formulas of several results.</summary>
    public const string Separator = "; ";

    /// <summary>The formula of a group's last value, from what the group reads; of all values that it stores, where they are numbers of channels.</summary>
    public static string Of(Group group) => group.Anchor is ChannelNumbers
        ? string.Join(Separator, group.Values.Where(v => group.IsStored(v) || v.Op is UpdateRunningMean or UpdateRunningVariance)
            .Select(v => $"{v.Name} = {v.Op.Formula(v, [.. v.Inputs.Select(i => i.Storage.Name)])}"))
        : $"{group.Last.Name} = {Text(group.Last, group, [])}";

    static string Text(Value value, Group group, ImmutableArray<Value> within)
    {
        var inputs = value.Inputs.Select(v => group.Values.Contains(v) && !within.Contains(v) ? Parenthesized(Text(v, group, within.Add(value)), value) : v.Storage.Name).ToImmutableArray();
        return value.Op.Formula(value, inputs);
    }

    static string Parenthesized(string text, Value user) => user.Op is Combine or ActivationGradient or Normalize or NormalizeGradient && text.Contains(" ") ? $"({text})" : text;
}
