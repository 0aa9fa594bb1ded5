using System.Globalization;

namespace NetGen.Generator.Lowering;

/// <summary>Functions that several kernels call, such as the tiles of convolutions over images of the same channels: each is lowered once.</summary>
sealed class SharedFunctions
{
    readonly Dictionary<(int Lanes, string Name, object Signature), KernelFunction> functions = [];
    readonly Dictionary<(int Lanes, string Name), int> taken = [];

    /// <summary>The function that a signature stands for.</summary>
    /// <param name="lanes">The lanes of its vectors.</param>
    /// <param name="name">What it is called; further ones of the same name get a number.</param>
    /// <param name="signature">All that its body depends on, equal where that is equal.</param>
    /// <param name="lower">Lowers the function, given its name.</param>
    public KernelFunction Get(int lanes, string name, object signature, Func<string, KernelFunction> lower)
    {
        if (functions.TryGetValue((lanes, name, signature), out var function)) return function;
        taken[(lanes, name)] = taken.TryGetValue((lanes, name), out var count) ? ++count : count = 1;
        function = lower(count == 1 ? name : $"{name}_{count.ToString(CultureInfo.InvariantCulture)}");
        functions.Add((lanes, name, signature), function);
        return function;
    }
}
