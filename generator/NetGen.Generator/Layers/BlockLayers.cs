using NetGen.Generator.Graph;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Layers;

sealed class UseLayer : Layer<UseAttribute>
{
    protected override Value Build(LayerBuilder builder, UseAttribute attribute, Value x) => builder.Inline(builder.Blocks[0], attribute.Arguments, x);
}

sealed class RepeatLayer : Layer<RepeatAttribute>
{
    protected override Value Build(LayerBuilder builder, RepeatAttribute attribute, Value x)
    {
        builder.PositiveSize(attribute.Count, "count");
        for (var i = 0; i < attribute.Count; i++)
        {
            var arguments = i == 0 && attribute.FirstArguments.Length > 0 ? attribute.FirstArguments : attribute.Arguments;
            x = builder.Inline(builder.Blocks[0], arguments, x, builder.PartName(attribute.PartName, i));
        }
        return x;
    }
}

sealed class ResidualLayer : Layer<ResidualAttribute>
{
    protected override Value Build(LayerBuilder builder, ResidualAttribute attribute, Value x)
    {
        var y = builder.Inline(builder.Blocks[0], attribute.Arguments, x);
        if (y.Shape == x.Shape) return builder.Add(new Combine(Operator.Add), y, x);
        if (builder.BlockOf(nameof(attribute.Projection)) is not { } projection)
        {
            builder.Fail("NG0031", y.Shape.ToString(), x.Shape.ToString(),
                "the block gives the first where it gets the second; let it keep the shape, or set Projection to a block that makes the first of the second");
            return y;
        }
        var shortcut = builder.Inline(projection, attribute.Arguments, x, "downsample");
        if (y.Shape != shortcut.Shape)
        {
            builder.Fail("NG0031", y.Shape.ToString(), shortcut.Shape.ToString(),
                "the block gives the first and the projection the second, which have to be equal");
        }
        return builder.Add(new Combine(Operator.Add), y, shortcut);
    }
}

sealed class ParallelLayer : Layer<ParallelAttribute>
{
    protected override Value Build(LayerBuilder builder, ParallelAttribute attribute, Value x)
    {
        builder.PositiveSize(builder.Blocks.Count, "the number of blocks");
        var outputs = new List<Value>();
        foreach (var block in builder.Blocks) outputs.Add(builder.Inline(block, attribute.Arguments, x, builder.PartName(attribute.PartName, outputs.Count)));
        if (builder.Defined(attribute.Join, "Join") == Join.Concat) return Concat.Build(builder, [.. outputs]);
        var sum = outputs[0];
        for (var i = 1; i < outputs.Count; i++)
        {
            if (outputs[i].Shape != sum.Shape) builder.Fail("NG0031", sum.Shape.ToString(), outputs[i].Shape.ToString(), "a sum needs equal shapes");
            sum = i < outputs.Count - 1 ? builder.AddPart($"sum{LayerBuilder.Text(i)}", new Combine(Operator.Add), sum, outputs[i])
                : builder.Add(new Combine(Operator.Add), sum, outputs[i]);
        }
        return sum;
    }
}

sealed class GateLayer : Layer<GateAttribute>
{
    protected override Value Build(LayerBuilder builder, GateAttribute attribute, Value x)
    {
        var weights = builder.Inline(builder.Blocks[0], attribute.Arguments, x);
        if (weights.Shape == x.Shape) return builder.Add(new Combine(Operator.Multiply), x, weights);
        var channels = x.Shape.Axes[0];
        if (weights.Size != channels || weights.Shape.Axes[0] != channels)
        {
            builder.Fail("NG0031", x.Shape.ToString(), weights.Shape.ToString(),
                $"the block has to give a weight for each value, or {LayerBuilder.Text(channels)}, one for each element of the first axis");
        }
        if (weights.Size < x.Size) return builder.Add(new ChannelScale(), x, weights);
        return builder.Add(new Combine(Operator.Multiply), x, builder.AddPart("weights", new Reshape(x.Shape), weights));
    }
}

sealed class AddLayer : Layer<AddAttribute>
{
    protected override Value Build(LayerBuilder builder, AddAttribute attribute, Value x)
    {
        var tap = builder.Tap(attribute.Tap);
        if (tap.Shape != x.Shape) builder.Fail("NG0031", tap.Shape.ToString(), x.Shape.ToString(), "a sum needs equal shapes");
        return builder.Add(new Combine(Operator.Add), tap, x);
    }
}

sealed class IdentityLayer : Layer<IdentityAttribute>
{
    protected override Value Build(LayerBuilder builder, IdentityAttribute attribute, Value x) => x;
}
