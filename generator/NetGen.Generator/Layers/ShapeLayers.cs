using NetGen.Generator.Graph;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Layers;

sealed class FlattenLayer : Layer<FlattenAttribute>
{
    protected override Value Build(LayerBuilder builder, FlattenAttribute attribute, Value x) =>
        x.Shape.Rank == 1 ? x : builder.Add(new Reshape(new Shape(x.Size)), x);
}

sealed class ReshapeLayer : Layer<ReshapeAttribute>
{
    protected override Value Build(LayerBuilder builder, ReshapeAttribute attribute, Value x)
    {
        var shape = (int[])attribute.Shape.Clone();
        if (shape.Length is 0 or > InputAttribute.MaxRank) builder.Fail("NG0024", LayerBuilder.Text(shape.Length));
        var free = Array.IndexOf(shape, -1);
        if (free >= 0 && Array.LastIndexOf(shape, -1) == free)
        {
            var rest = Shape.LongSize(shape.Where((_, i) => i != free));
            if (rest > 0 && x.Size % rest == 0) shape[free] = (int)(x.Size / rest);
        }
        if (Array.FindAll(attribute.Shape, axis => axis == -1).Length > 1)
        {
            builder.Fail("NG0008", x.Shape.ToString(), LayerBuilder.Text(x.Size), "only one size may be -1");
        }
        if (free >= 0 && shape[free] == -1)
        {
            foreach (var axis in shape.Where((_, i) => i != free)) builder.PositiveSize(axis, "a size of its shape");
            builder.Fail("NG0008", x.Shape.ToString(), LayerBuilder.Text(x.Size), "the sizes given don't divide that, so that the one left open isn't a whole number");
        }
        foreach (var axis in shape) builder.PositiveSize(axis, "a size of its shape");
        var size = Shape.LongSize(shape);
        if (size != x.Size)
        {
            builder.Fail("NG0008", x.Shape.ToString(), LayerBuilder.Text(x.Size), $"the new shape has {LayerBuilder.Text(size)}; one size may be -1 and is then computed");
        }
        return builder.Add(new Reshape(new Shape(shape)), x);
    }
}
