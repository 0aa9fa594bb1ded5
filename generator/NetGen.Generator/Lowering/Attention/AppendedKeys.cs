using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Lowering.Attention;

/// <summary>What decoders keep of keys and values: each head of them in panels, with a place for each position.</summary>
static class AppendedKeys
{
    /// <summary>Writes pointers to the panels of a head, <c>keys_h</c> and <c>values_h</c>.</summary>
    /// <param name="code">Where to.</param>
    /// <param name="shape">The attention.</param>
    /// <param name="head">The head, as text.</param>
    public static void PointTo(Code code, AttentionShape shape, string head)
    {
        code.Add(new LetPointer("keys_h", new Address("keys", 0, head, shape.KeyFloats)));
        code.Add(new LetPointer("values_h", new Address("values", 0, head, shape.ColumnFloats(shape.Positions))));
    }

    /// <summary>Writes a position's keys and values of the head <c>head</c> to its panels, and the pointers to these.</summary>
    /// <param name="code">Where to.</param>
    /// <param name="shape">The attention.</param>
    /// <param name="x">The position's queries, keys and values.</param>
    /// <param name="position">The position, as text.</param>
    public static void Emit(Code code, AttentionShape shape, string x, string position)
    {
        PointTo(code, shape, "head");
        var size = LayerBuilder.Text(shape.Size);
        code.Add(new InvokeRuntime("Keys.AppendTransposed", [new Address(x, shape.FirstKey, "head", shape.Size), size, shape.KeyFactor, position, new Address("keys_h")]));
        code.Add(new InvokeRuntime("Keys.AppendPacked",
            [new Address(x, shape.FirstValue, "head", shape.Size), size, position, LayerBuilder.Text(shape.Positions), new Address("values_h")]));
    }
}
