using System.Globalization;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Lowering.Gpu;

/// <summary>Interpolation between the four pixels around a place, and its gradient, which each pixel gathers from those that it was a part of.</summary>
static class GpuBilinearKernel
{
    public static GpuKernel Lower(Group group, KernelContext context, bool alignCorners)
    {
        var (result, x) = (group.Values[0], group.Values[0].Inputs[0]);
        var (_, height, width) = Layout.Sizes(x.Shape);
        var (_, rows, columns) = Layout.Sizes(result.Shape);
        return GpuElementwiseKernel.Lower(group, context, ["x"], code =>
        {
            GpuImages.Pixel(code, result.Shape);
            new Axis(height, rows, alignCorners).Declare(code, "row", "y");
            new Axis(width, columns, alignCorners).Declare(code, "column", "x");
            code.Add(new Integer($"int plane = sample * {Text(x.Size)} + channel * {Text(height * width)}"));
            Expr Corner(string row, string column) => new Load(new Address("x", 0, $"plane + {row} * {Text(width)} + {column}"));
            var (right, bottom) = (new Local("xPart"), new Local("yPart"));
            var upper = code.Let("upper", Corner("yAt", "xAt") * (Expr.One - right) + Corner("yAt", "xNext") * right);
            var lower = code.Let("lower", Corner("yNext", "xAt") * (Expr.One - right) + Corner("yNext", "xNext") * right);
            return upper * (Expr.One - bottom) + lower * bottom;
        });
    }

    public static GpuKernel LowerGradient(Group group, KernelContext context, bool alignCorners)
    {
        var (result, dy) = (group.Values[0], group.Values[0].Inputs[0]);
        var (_, height, width) = Layout.Sizes(result.Shape);
        var (_, rows, columns) = Layout.Sizes(dy.Shape);
        var (vertical, horizontal) = (new Axis(height, rows, alignCorners), new Axis(width, columns, alignCorners));
        return GpuElementwiseKernel.Lower(group, context, ["dy"], code =>
        {
            GpuImages.Pixel(code, result.Shape);
            code.Let("shared", Expr.Zero);
            vertical.ForEachReader(code, "row", "fromY", outer =>
            {
                vertical.Declare(outer, "fromY", "y");
                outer.Let("ofRow", Axis.Weight("y", "row"));
                horizontal.ForEachReader(outer, "column", "fromX", inner =>
                {
                    horizontal.Declare(inner, "fromX", "x");
                    var gradient = new Load(new Address("dy", 0, $"sample * {Text(dy.Size)} + (channel * {Text(rows)} + fromY) * {Text(columns)} + fromX"));
                    inner.Add(new Set("shared", new Local("shared") + gradient * (new Local("ofRow") * Axis.Weight("x", "column"))));
                });
            });
            return new Local("shared");
        });
    }

    static string Text(long number) => LayerBuilder.Text(number);

    /// <summary>An axis that is interpolated, as <see cref="Images.BilinearKernel"/> has it: places are fractions with a constant denominator.</summary>
    sealed record Axis(int From, int To, bool AlignCorners)
    {
        (long Factor, long Shift, long Denominator) Fraction => AlignCorners ? (From - 1L, 0L, Math.Max(1L, To - 1L)) : (2L * From, (long)From - To, 2L * To);

        /// <summary>Declares the place before, the one after, and the part of the latter.</summary>
        public void Declare(Code code, string index, string axis)
        {
            var (factor, shift, denominator) = Fraction;
            var numerator = axis + "Numerator";
            code.Add(new Integer($"int {numerator} = {index} * {Text(factor)} {(shift < 0 ? "-" : "+")} {Text(Math.Abs(shift))}"));
            if (shift < 0) code.Add(new Integer($"{numerator} = {numerator} > 0 ? {numerator} : 0"));
            code.Add(new Integer($"int {axis}At = {numerator} / {Text(denominator)}"));
            code.Add(new Integer($"int {axis}Next = {axis}At < {Text(From - 1)} ? {axis}At + 1 : {axis}At"));
            var scale = ((float)(1.0 / denominator)).ToString("R", CultureInfo.InvariantCulture);
            code.Add(new Integer($"float {axis}Part = ({numerator} - {axis}At * {Text(denominator)}) * {scale}f"));
        }

        /// <summary>How much of a place there is in what was declared.</summary>
        public static Expr Weight(string axis, string place) =>
            new Conditional($"{axis}At == {place}", Expr.One - new Local(axis + "Part")) + new Conditional($"{axis}Next == {place}", new Local(axis + "Part"));

        /// <summary>A loop over the places of the result that may have some of a place, and perhaps a few more.</summary>
        public void ForEachReader(Code code, string place, string index, Action<Code> body)
        {
            var (factor, shift, denominator) = Fraction;
            if (factor == 0)
            {
                code.For(index, "0", Text(To), 1, body);
                return;
            }
            // Of o · factor + shift = at · denominator, for the places before and after; what is before the first place belongs to that.
            code.Add(new Integer($"int {index}First = ({place} - 1) * {Text(denominator)} - {Text(shift)}"));
            code.Add(new Integer($"{index}First = {index}First > 0 && {place} > 0 ? {index}First / {Text(factor)} : 0"));
            code.Add(new Integer($"int {index}End = (({place} + 1) * {Text(denominator)} - {Text(shift)}) / {Text(factor)} + 1"));
            code.Add(new Integer($"{index}End = {index}End < {Text(To)} && {place} < {Text(From - 1)} ? {index}End : {Text(To)}"));
            code.For(index, $"{index}First", $"{index}End", 1, body);
        }
    }
}
