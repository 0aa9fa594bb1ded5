namespace NetGen.Generator.Parsing;

/// <summary>What was declared, as plain values: the equality cut of the pipeline. Everything after it reruns only when this changes.</summary>
/// <param name="Type">The class.</param>
/// <param name="Elements">The input, the layers and the loss, in source order.</param>
/// <param name="Checked">Whether the project checks integer arithmetic for overflow.</param>
/// <param name="Blocks">The blocks that it uses, directly or within others, each once.</param>
/// <param name="Weights">The file of weights that becomes part of the program; null for none.</param>
/// <param name="Forward">
/// What Forward computes, where that says it rather than a stack of layers. <paramref name="Elements"/> then are the inputs and the loss.
/// </param>
sealed record NetworkModel(
    TypeModel Type, EquatableArray<ElementModel> Elements, bool Checked = false, EquatableArray<BlockModel> Blocks = default, string? Weights = null,
    ForwardModel? Forward = null)
{
    /// <summary>Whether it is described, and no code is written that runs it.</summary>
    public bool DescribeOnly { get; init; }

    /// <summary>The tile of its products on GPUs, as declared; empty for the default.</summary>
    public EquatableArray<int> GpuTile { get; init; }
}

/// <summary>A block that a network uses.</summary>
/// <param name="Name">Its class's name.</param>
/// <param name="Elements">Its layers, in source order.</param>
/// <param name="Forward">What its Forward computes, where it has one rather than layers.</param>
sealed record BlockModel(string Name, EquatableArray<ElementModel> Elements, ForwardModel? Forward = null);

/// <summary>A block as an argument of an attribute, <c>typeof(BasicBlock)</c>.</summary>
/// <param name="Index">Which of the model's blocks it is.</param>
/// <param name="Name">Its class's name.</param>
sealed record BlockReference(int Index, string Name);

/// <summary>The class that carries the declaration.</summary>
/// <param name="Namespace">Its namespace, empty for the global one; keywords are escaped.</param>
/// <param name="Name">Its name; a keyword is escaped.</param>
/// <param name="Reach">How far it can be seen, <c>public</c> or <c>internal</c>; null where only its containers see it.</param>
/// <param name="Declaration">The header to repeat, such as <c>partial class</c> or <c>partial record</c>.</param>
/// <param name="Containers">The types around it, outermost first, as headers to repeat: <c>partial struct Box&lt;T&gt;</c>.</param>
sealed record TypeModel(string Namespace, string Name, string? Reach, string Declaration, EquatableArray<ContainerModel> Containers);

/// <summary>A type around the network's.</summary>
/// <param name="Header">What is written to continue it, <c>partial class Box&lt;T&gt;</c>.</param>
/// <param name="Name">Its bare name, without type parameters.</param>
/// <param name="Arity">How many type parameters it has.</param>
sealed record ContainerModel(string Header, string Name, int Arity);

/// <summary>One attribute of the declaration.</summary>
/// <param name="Kind">The attribute class's name without <c>Attribute</c>: <c>Linear</c>, <c>ReLU</c>, <c>Input</c>, <c>Loss</c>.</param>
/// <param name="Positional">The constructor's arguments in its parameters' order, defaults included.</param>
/// <param name="Named">The properties that were set, in source order.</param>
sealed record ElementModel(string Kind, EquatableArray<ArgumentValue> Positional, EquatableArray<NamedArgument> Named);

/// <summary>A property that an attribute sets.</summary>
sealed record NamedArgument(string Name, ArgumentValue Value);

/// <summary>A constant in an attribute: null, a bool, an int (enums as their value), a float, a string, an array of ints, or blocks.</summary>
/// <param name="Scalar">The constant, boxed, where it isn't an array or a block. One of double precision is held as the nearest float.</param>
/// <param name="Array">The elements of an array.</param>
/// <param name="Blocks">The block, or the elements of an array of blocks.</param>
sealed record ArgumentValue(object? Scalar, EquatableArray<int>? Array = null, EquatableArray<BlockReference> Blocks = default)
{
    public object? Scalar { get; init; } = Scalar is double number ? (float)number : Scalar;
}

/// <summary>What is wrong with a declaration, without a location: the wiring joins it with the attribute's.</summary>
/// <param name="Id">The diagnostic, <c>NG0007</c>.</param>
/// <param name="Element">The index into <see cref="NetworkModel.Elements"/> of the attribute at fault, and after these the places of Forward; -1 for the class's
/// name, <see cref="AtWeights"/> for [Weights].</param>
/// <param name="Arguments">What its message names.</param>
/// <param name="Within">Where the fault is in blocks that the element uses: its place in the innermost, that one's in the one around it, and so on.</param>
sealed record NetworkError(string Id, int Element, EquatableArray<string> Arguments, EquatableArray<BlockPlace> Within = default)
{
    /// <summary>Stands for the attribute [Weights] in place of an element.</summary>
    public const int AtWeights = -2;
}

/// <summary>An element of a block.</summary>
/// <param name="Block">The index into <see cref="NetworkModel.Blocks"/>.</param>
/// <param name="Element">The index into the block's elements.</param>
sealed record BlockPlace(int Block, int Element);
