using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Lowering.Images;

/// <summary>Σ ∂y ⊙ x over the pixels of each sample, for each channel.</summary>
static class PositionSumKernel
{
    public static Kernel Lower(Group group, KernelContext context)
    {
        var result = group.Values[0];
        var (dy, x) = (result.Inputs[0], result.Inputs[1]);
        var layout = dy.Layout!;
        KernelArgument[] arguments =
        [
            new(Binding.Pointer, "dy", dy), .. x == dy ? Array.Empty<KernelArgument>() : [new(Binding.Pointer, "x", x)], new(Binding.Pointer, "y", result), new(Binding.Rows, "n"),
        ];
        var name = context.NameOf($"SumPositions_{LayerBuilder.Text(layout.Channels)}x{LayerBuilder.Text(layout.Height)}x{LayerBuilder.Text(layout.Width)}", group, arguments);
        var summary = $"{Formulas.Of(group)}, {result.Type}.";
        return new Kernel(name, summary, [.. arguments], context.Lanes.Select(lanes =>
        {
            var code = new Code();
            code.For("i", "0", "n", 1, sample => sample.For("c", "0", LayerBuilder.Text(layout.ChannelPitch), lanes, vector =>
            {
                (Value Value, string Name)[] operands = x == dy ? [(dy, "dy")] : [(dy, "dy"), (x, "x")];
                foreach (var (value, operand) in operands)
                {
                    vector.Add(new LetPointer(ImageLoop.Pixel(operand), new Address($"{operand} + i * {LayerBuilder.Text(context.Pitch(value))}", value.Layout!.Origin, "c")));
                }
                vector.Let("sum", Expr.Zero);
                new ImageLoop(context, [.. operands]).ForEachPixel(vector, pixel =>
                {
                    var g = new Load(new Address(ImageLoop.Pixel("dy")));
                    pixel.Add(new Set("sum", new Local("sum") + g * (x == dy ? g : new Load(new Address(ImageLoop.Pixel("x"))))));
                });
                vector.Add(new Store(new Address($"y + i * {LayerBuilder.Text(context.Pitch(result))}", 0, "c"), new Local("sum")));
            }));
            return new KernelVariant(lanes, [new KernelFunction(name, summary, [.. arguments.Select(a => a.Parameter)], code.Body)]);
        }));
    }
}
