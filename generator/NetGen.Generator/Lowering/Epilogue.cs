using System.Collections.Immutable;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering;

/// <summary>
/// The elementwise part of a group: its arithmetic, what it reads besides the anchor's result, and what it stores.
/// </summary>
sealed class Epilogue
{
    readonly Group group;
    readonly KernelContext context;
    readonly Dictionary<Value, string> names = [];
    readonly Dictionary<Value, int> uses = [];
    readonly ImmutableArray<Value> operands;
    readonly Dictionary<Value, Expr> bodies;
    readonly HashSet<Expr> common;

    public Epilogue(Group group, KernelContext context, bool anchorIsElementwise)
    {
        this.group = group;
        this.context = context;
        var computed = anchorIsElementwise ? group.Values : group.Values.RemoveAt(0);
        Reads = [.. computed.Where(v => v.Op is not RandomDraw).SelectMany(v => v.Inputs).Where(v => !group.Values.Contains(v)).Distinct()];
        Stores = [.. group.Values.Where(group.IsStored)];
        for (var i = 0; i < Reads.Length; i++) names[Reads[i]] = (anchorIsElementwise ? "x" : "other") + (Reads.Length == 1 ? "" : LayerBuilder.Text(i));
        for (var i = 0; i < Stores.Length; i++) names[Stores[i]] = "y" + (i == Stores.Length - 1 ? "" : LayerBuilder.Text(i));
        foreach (var input in computed.SelectMany(v => v.Inputs)) uses[input] = uses.TryGetValue(input, out var n) ? n + 1 : 1;
        operands = [.. computed.SelectMany(v => v.Inputs).Distinct()];
        bodies = computed.Where(v => v.Op is Elementwise).ToDictionary(v => v,
            v => ((Elementwise)v.Op).Body.Rewrite(e => e is Argument a ? new GroupOperand(operands.IndexOf(v.Inputs[a.Index])) : null));
        common = CommonParts(bodies.Values);
    }

    /// <summary>What is read from memory, element by element.</summary>
    public ImmutableArray<Value> Reads { get; }

    /// <summary>What is written.</summary>
    public ImmutableArray<Value> Stores { get; }

    public IEnumerable<KernelArgument> ReadArguments => Reads.Select(v => new KernelArgument(Binding.Pointer, names[v], v));

    public IEnumerable<KernelArgument> StoreArguments => Stores.Select(v => new KernelArgument(Binding.Pointer, names[v], v));

    /// <summary>What the arithmetic costs for a vector, by <see cref="UnrollPolicy.Cost"/>.</summary>
    public int Cost => group.Values.Select(v => v.Op).OfType<Elementwise>().Sum(e => UnrollPolicy.Cost(e.Body));

    public bool Draws => group.Values.Any(v => v.Op is RandomDraw);

    public string NameOf(Value value) => names[value];

    /// <summary>What the arithmetic after the anchor is.</summary>
    public EpilogueSignature Signature => new(
        group.Values.Skip(1).Select(v => v.Op).ToEquatableArray(),
        group.Values.Skip(1).SelectMany(v => v.Inputs).Select(i => group.Values.IndexOf(i) is >= 0 and var index ? index : -1 - Reads.IndexOf(i)).ToEquatableArray(),
        Stores.Select(v => group.Values.IndexOf(v)).ToEquatableArray());

    /// <summary>Writes the arithmetic and the stores for one vector.</summary>
    /// <param name="code">Where to.</param>
    /// <param name="anchor">The anchor's result, where it isn't elementwise itself.</param>
    /// <param name="read">How an operand is read.</param>
    /// <param name="store">How a result is stored.</param>
    /// <param name="random">How random numbers are drawn.</param>
    /// <param name="suffix">Makes the names of locals unique.</param>
    /// <param name="before">Is told of each value when those before it are computed; null where a value may be computed where it is read.</param>
    public void Emit(
        Code code, Expr? anchor, Func<Value, Expr> read, Action<Code, Value, Expr> store, Func<Uniform, Expr> random, string suffix, Action<Value>? before = null)
    {
        var values = new Dictionary<Value, Expr>();
        var loaded = new Dictionary<Value, Expr>();
        var known = new Dictionary<Expr, Expr>();
        foreach (var value in group.Values)
        {
            before?.Invoke(value);
            Expr result;
            if (anchor is not null && value == group.Values[0]) result = anchor;
            else
            {
                var body = bodies[value];
                foreach (var part in Largest(body, common).Where(part => !known.ContainsKey(part)).ToList())
                {
                    known.Add(part, code.Let($"common{LayerBuilder.Text(known.Count)}_{suffix}", code.Shared(Filled(part))));
                }
                result = code.Shared(Filled(Code.Replace(body, known)));
            }
            if (result is not Local && uses.TryGetValue(value, out var n) && (n > 1 || group.IsStored(value) || before is not null))
                result = code.Let($"{Identifier(value)}{suffix}", result);
            values[value] = result;
            if (group.IsStored(value)) store(code, value, result);
        }

        Expr Filled(Expr body) => body.Rewrite(e => e switch
        {
            GroupOperand o => Of(operands[o.Index]),
            Uniform u => random(u),
            _ => null,
        });

        Expr Of(Value input)
        {
            if (values.TryGetValue(input, out var inside)) return inside;
            if (loaded.TryGetValue(input, out var before)) return before;
            var expression = read(input);
            // An operand that several places need is loaded once.
            return loaded[input] = uses[input] > 1 && expression is not Local ? code.Let($"{names[input]}_{suffix}", expression) : expression;
        }
    }

    /// <summary>What occurs in the arithmetic of more than one value.</summary>
    static HashSet<Expr> CommonParts(IEnumerable<Expr> bodies)
    {
        var (seen, common) = (new HashSet<Expr>(), new HashSet<Expr>());
        foreach (var body in bodies)
        {
            var own = new HashSet<Expr>();
            Collect(body, own);
            common.UnionWith(own.Where(seen.Contains));
            seen.UnionWith(own);
        }
        return common;

        static void Collect(Expr e, HashSet<Expr> parts)
        {
            if (e is Number or GroupOperand or Uniform || !parts.Add(e)) return;
            foreach (var child in e.Children) Collect(child, parts);
        }
    }

    static IEnumerable<Expr> Largest(Expr body, HashSet<Expr> common) => common.Contains(body) ? [body] : body.Children.SelectMany(child => Largest(child, common)).Distinct();

    string Identifier(Value value) => $"v{group.Values.IndexOf(value)}_";

    /// <summary>
    /// How a stored value's vector reaches memory: cut off at the last element where the caller's memory ends, and with zeros up to the vector's end in an
    /// arena.
    /// </summary>
    public static Store StoreOf(KernelContext context, Value value, Address address, Expr result, int? count, bool zeroed = false) =>
        count is null ? new Store(address, result)
        : context.IsDense(value) ? new Store(address, result, count)
        : new Store(address, zeroed ? result : new FirstLanes(result, count.Value));

    public Store StoreOf(Value value, Address address, Expr result, int? count, bool zeroed = false) => StoreOf(context, value, address, result, count, zeroed);
}

/// <summary>In the arithmetic of a group: one of the values that it takes.</summary>
/// <param name="Index">Which.</param>
sealed record GroupOperand(int Index) : Expr;

/// <summary>The elementwise part of a group, whatever the sizes of its images and vectors.</summary>
/// <param name="Ops">The ops.</param>
/// <param name="Inputs">What they take: a value of the group, or one that is read, counted from -1 down.</param>
/// <param name="Stores">Which values of the group are stored.</param>
sealed record EpilogueSignature(EquatableArray<Op> Ops, EquatableArray<int> Inputs, EquatableArray<int> Stores);
