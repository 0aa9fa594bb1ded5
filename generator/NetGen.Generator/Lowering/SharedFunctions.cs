using System.Globalization;

namespace NetGen.Generator.Lowering;

/// <summary>Functions that several kernels call, such as the tiles of convolutions over images of the same channels: each is lowered once.</summary>
sealed class SharedFunctions
{
    readonly Dictionary<(int Lanes, string Name, object Signature), KernelFunction> functions = [];
    readonly Dictionary<(int Lanes, string Name), int> counts = [];
    readonly HashSet<(int Lanes, string Name)> taken = [];

    /// <summary>The function that a signature stands for.</summary>
    /// <param name="lanes">The lanes of its vectors.</param>
    /// <param name="name">What it is called; further ones of the same name get a number.</param>
    /// <param name="signature">All that its body depends on, equal where that is equal.</param>
    /// <param name="lower">Lowers the function, given its name.</param>
    public KernelFunction Get(int lanes, string name, object signature, Func<string, KernelFunction> lower)
    {
        if (functions.TryGetValue((lanes, name, signature), out var function)) return function;
        counts.TryGetValue((lanes, name), out var count);
        string unique;
        // A name with a number may be another function's own.
        do unique = ++count == 1 ? name : $"{name}_{count.ToString(CultureInfo.InvariantCulture)}";
        while (!taken.Add((lanes, unique)));
        counts[(lanes, name)] = count;
        function = lower(unique);
        functions.Add((lanes, name, signature), function);
        return function;
    }
}
