using System.Collections.Immutable;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Lowering;

namespace NetGen.Generator.Ops;

/// <summary>The same values in another order in memory: from rows to an image, or back.</summary>
/// <param name="Layout">The image's layout; null for row-major order.</param>
sealed record Repack(Layout? Layout) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => inputs[0].Type with { Layout = Layout };

    public override bool IsOftenZero(Value result) => result.Inputs[0].Op.IsOftenZero(result.Inputs[0]);

    public override string Formula(Value result, ImmutableArray<string> inputs) => Layout is null ? $"{inputs[0]} in rows" : Layout.InLanes ? $"{inputs[0]} in lanes" : $"{inputs[0]} by pixels";

    public override string Label => Layout is null ? "ToRows" : Layout.InLanes ? "ToLanes" : "ToPixels";

    public override Kernel Lower(Group group, KernelContext context) => RepackKernel.Lower(group, context, shared: false);

    public override Kernel LowerSingle(Group group, KernelContext context) => RepackKernel.Lower(group, context, shared: Layout is { InLanes: false });
}
