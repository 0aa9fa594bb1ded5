namespace NetGen.Onnx.Tests;

/// <summary>A tensor in double precision that operators are defined on index by index, as their formulas read.</summary>
/// <param name="shape">The length of each axis; of a network's value the batch comes first.</param>
/// <param name="values">Its values, the last axis fastest.</param>
sealed class NaiveTensor(int[] shape, double[] values)
{
    public int[] Shape { get; } = shape;

    public double[] Values { get; } = values;

    public int Channels => Shape[1];

    public int[] Spatial => Shape[2..];

    /// <summary>A value; zero outside, as padding is.</summary>
    public double this[params int[] index]
    {
        get => Contains(index) ? Values[Offset(index)] : 0;
        set => Values[Offset(index)] = value;
    }

    public static NaiveTensor Of(IEnumerable<int> shape, Func<int[], double> value)
    {
        int[] lengths = [.. shape];
        return new NaiveTensor(lengths, [.. Indices(lengths).Select(value)]);
    }

    public static NaiveTensor Of(IEnumerable<int> shape, float[] values) => new([.. shape], [.. values.Select(value => (double)value)]);

    /// <summary>All indices of a shape, the last axis fastest.</summary>
    public static IEnumerable<int[]> Indices(params int[] shape)
    {
        int count = shape.Aggregate(1, (product, length) => product * length);
        for (int i = 0; i < count; i++)
        {
            int[] index = new int[shape.Length];
            for (int axis = shape.Length - 1, rest = i; axis >= 0; axis--) (rest, index[axis]) = Math.DivRem(rest, shape[axis]);
            yield return index;
        }
    }

    public bool Contains(int[] index) => index.Zip(Shape).All(pair => pair.First >= 0 && pair.First < pair.Second);

    /// <summary>The same values as a function of each.</summary>
    public NaiveTensor Map(Func<double, double> function) => new(Shape, [.. Values.Select(function)]);

    int Offset(int[] index)
    {
        int offset = 0;
        for (int axis = 0; axis < index.Length; axis++) offset = offset * Shape[axis] + index[axis];
        return offset;
    }
}
