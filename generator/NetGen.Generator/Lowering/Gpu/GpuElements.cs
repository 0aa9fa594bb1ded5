using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Lowering.Gpu;

/// <summary>
/// An element of a batch: how operands of elementwise ops are read there, and results stored. Operands with fewer elements have one for a run of equal length.
/// </summary>
/// <param name="code">Where indices are declared.</param>
/// <param name="size">The elements of a sample.</param>
/// <param name="sample">The sample's number.</param>
/// <param name="element">The element's number in the sample.</param>
/// <param name="index">The element's number in the batch.</param>
/// <param name="suffix">Makes the names of indices unique.</param>
sealed class GpuElements(Code code, int size, string sample, string element, string index, string suffix = "")
{
    readonly Dictionary<int, string> runs = [];

    /// <summary>The element that an op gets of an operand.</summary>
    public Expr Read(Value value, string name)
    {
        if (value.Type.Batched && value.Size == size) return new Load(new Address(name, 0, index));
        if (value.Type.Batched)
        {
            return value.Size == 1 ? new Load(new Address(name, 0, sample))
                : new Load(new Address($"{name}", 0, $"{sample} * {LayerBuilder.Text(value.Size)} + {Run(value.Size)}"));
        }
        return value.Size == 1 ? new Load(new Address(name))
            : value.Size == size ? new Load(new Address(name, 0, element))
            : new Load(new Address(name, 0, Run(value.Size)));
    }

    public void Store(Code target, string name, Expr result) => target.Add(new StoreScalar(new Address(name, 0, index), result));

    public Expr Random(Uniform uniform) => new RandomLanes(uniform.Stream, index);

    /// <summary>Which of so many equal runs the element is in.</summary>
    string Run(int count)
    {
        if (runs.TryGetValue(count, out var name)) return name;
        name = $"run{LayerBuilder.Text(runs.Count)}{suffix}";
        code.Add(new Integer($"int {name} = {element} / {LayerBuilder.Text(size / count)}"));
        return runs[count] = name;
    }
}
