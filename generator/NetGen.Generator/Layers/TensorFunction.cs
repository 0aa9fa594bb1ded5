using NetGen.Generator.Graph;
using NetGen.Generator.Ops;
using NetGen.Generator.Parsing;

namespace NetGen.Generator.Layers;

/// <summary>A recipe: what ops a function or an operator of a Forward stands for. It is found by being a class that derives from this one.</summary>
abstract class TensorFunction
{
    /// <summary>The function's name in <c>NetGen.Functions</c>, or the operator.</summary>
    public abstract string Name { get; }

    /// <summary>What comments call its results, before a number.</summary>
    public virtual string Word => Name.ToLowerInvariant();

    public abstract Operand Build(FunctionCall call);
}

/// <summary>The functions that aren't layers too, by name.</summary>
static class FunctionCatalog
{
    static readonly Dictionary<string, TensorFunction> Functions = typeof(TensorFunction).Assembly.GetTypes()
        .Where(type => !type.IsAbstract && typeof(TensorFunction).IsAssignableFrom(type))
        .Select(type => (TensorFunction)Activator.CreateInstance(type))
        .ToDictionary(function => function.Name, StringComparer.Ordinal);

    public static TensorFunction? Find(string name) => Functions.TryGetValue(name, out var function) ? function : null;
}

/// <summary>A call of a function, with what its recipe builds with.</summary>
/// <param name="builder">Adds ops under the call's name, and refuses what doesn't fit.</param>
/// <param name="element">The function with its constants.</param>
/// <param name="operands">Its tensors.</param>
sealed class FunctionCall(LayerBuilder builder, ElementModel element, Operand[] operands)
{
    public LayerBuilder Builder => builder;

    public IReadOnlyList<Operand> Operands => operands;

    /// <summary>An operand as it is: a value for each sample, or one for all.</summary>
    public Value Any(int index)
    {
        if (operands[index].Value is { } value) return value;
        builder.Fail("NG0054", "needs a tensor that is computed, and gets a constant: put the constant into an operator, or into Where");
        throw new InvalidOperationException();
    }

    /// <summary>An operand with a value for each sample.</summary>
    public Value Tensor(int index) => Batched(Any(index));

    /// <summary>A value for each sample: of a parameter, a copy.</summary>
    public Value Batched(Value value) => value.Type.Batched ? value : Part("batch", Strided.Expanded(value.Shape, value.Shape), value);

    /// <summary>How many constants the call has.</summary>
    public int Constants => element.Positional.Count;

    public int Int(int index) => (int)element.Positional[index].Scalar!;

    public float Float(int index) => (float)element.Positional[index].Scalar!;

    public bool Bool(int index) => (bool)element.Positional[index].Scalar!;

    public string Text(int index) => element.Positional[index].Scalar as string ?? "";

    public int[]? Ints(int index) => element.Positional[index].Array?.ToArray();

    /// <summary>A constant that names an axis, counted from 0.</summary>
    public int Axis(int index, int rank) => Axis(Int(index), rank, "axis");

    public int Axis(int axis, int rank, string what)
    {
        if (axis < -rank || axis >= rank)
        {
            builder.Fail("NG0018", what, LayerBuilder.Text(axis), $"from {LayerBuilder.Text(-rank)} to {LayerBuilder.Text(rank - 1)} for a tensor of {LayerBuilder.Text(rank)} "
                + (rank == 1 ? "axis" : "axes"));
        }
        return axis < 0 ? axis + rank : axis;
    }

    /// <summary>Adds an op whose result is the call's.</summary>
    public Value Add(Op op, params Value[] inputs) => builder.Add(op, inputs);

    /// <summary>Adds an op whose result is a part of the call.</summary>
    public Value Part(string name, Op op, params Value[] inputs) => builder.AddPart(name, op, inputs);

    /// <summary>The same values in another shape.</summary>
    public Value Reshaped(Value value, Shape shape) => value.Shape == shape ? value : Part("reshaped", new Reshape(shape), value);

    /// <summary>The numbers of each position as a row, of values that have positions.</summary>
    public Value RowsOf(Value value) => value.Shape.Rank == 2 ? value : Reshaped(value, new Shape(value.Size, 1));

    /// <summary>The axes in another order.</summary>
    public Value Permuted(Value value, IReadOnlyList<int> order) =>
        order.Select((axis, i) => axis == i).All(stays => stays) ? value : Part("permuted", Strided.Permuted(value.Shape, order), value);

    /// <summary>Two operands with equal shapes, one of them spread where it is smaller.</summary>
    public (Value Left, Value Right) Broadcast(Value left, Value right)
    {
        var shape = Common(left.Shape, right.Shape);
        return (Spread(left, shape), Spread(right, shape));
    }

    /// <summary>A value with copies along axes of size 1 and those that it hasn't.</summary>
    public Value Spread(Value value, Shape shape) =>
        value.Type.Batched && value.Shape == shape ? value : Part("spread", Strided.Expanded(value.Shape, shape), value);

    /// <summary>The shape that two shapes have in common, as PyTorch broadcasts.</summary>
    public Shape Common(Shape left, Shape right)
    {
        var rank = Math.Max(left.Rank, right.Rank);
        var axes = new int[rank];
        for (var i = 1; i <= rank; i++)
        {
            var (a, b) = (i <= left.Rank ? left.Axes[left.Rank - i] : 1, i <= right.Rank ? right.Axes[right.Rank - i] : 1);
            if (a != b && a != 1 && b != 1)
            {
                builder.Fail("NG0031", left.ToString(), right.ToString(),
                    "compared from the last axis backwards, sizes must be equal, or one of them 1 or not there");
            }
            axes[rank - i] = Math.Max(a, b);
        }
        builder.CheckSize(Shape.LongSize(axes), "its output");
        return new Shape(axes);
    }
}
