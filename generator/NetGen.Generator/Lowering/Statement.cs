using System.Collections.Immutable;
using NetGen.Generator.Graph;

namespace NetGen.Generator.Lowering;

/// <summary>What a kernel does: loops with every size known, over arithmetic on whole vectors. Printers turn it into text, and decide nothing.</summary>
abstract record Statement;

/// <summary>A line that says what follows.</summary>
sealed record Remark(string Text) : Statement;

/// <summary>A new local vector.</summary>
sealed record Let(string Name, Expr Value) : Statement;

/// <summary>A new value of a local vector.</summary>
sealed record Set(string Name, Expr Value) : Statement;

/// <summary>Lanes to memory: all of them, or the first few.</summary>
sealed record Store(Address Address, Expr Value, int? Count = null) : Statement;

/// <summary>One number to memory.</summary>
sealed record StoreScalar(Address Address, Expr Value) : Statement;

/// <summary>Statements that belong together, such as a row's of a tile: printed on one line.</summary>
sealed record Row(ImmutableArray<Statement> Statements) : Statement;

/// <summary>A new pointer.</summary>
sealed record LetPointer(string Name, Address Address) : Statement;

/// <summary>A new pointer that a function of the runtime gives.</summary>
sealed record LetRuntimePointer(string Name, string Function, ImmutableArray<object> Arguments) : Statement;

/// <summary>A new integer, read from memory.</summary>
sealed record LetInt(string Name, Address Address) : Statement;

/// <summary>A pointer moved along <paramref name="Length"/> floats, a number or a parameter's name, in steps, and others along with it.</summary>
sealed record Walk(string Pointer, string Length, long Step, ImmutableArray<(string Pointer, long Step)> Others, ImmutableArray<Statement> Body) : Statement;

/// <summary>An index from a first value up to a bound in steps.</summary>
sealed record For(string Index, string From, string To, long Step, ImmutableArray<Statement> Body) : Statement;

/// <summary>A choice. Its condition is an integer comparison as C# and its relatives write it.</summary>
sealed record If(string Condition, ImmutableArray<Statement> Then, ImmutableArray<Statement> Otherwise) : Statement;

/// <summary>An assignment or declaration of a number, mostly an integer, as C# and its relatives write it.</summary>
sealed record Integer(string Text) : Statement;

/// <summary>A call of another function of the kernel. Its arguments are addresses or integers.</summary>
sealed record Invoke(string Function, ImmutableArray<object> Arguments) : Statement;

/// <summary>This worker's share of a number of parts, from <c>first</c> up to <c>last</c>.</summary>
sealed record Split(string Parts) : Statement
{
    public Split(int parts) : this(Layers.LayerBuilder.Text(parts)) { }
}

/// <summary>A pointer moved on.</summary>
sealed record Advance(string Pointer, long Length) : Statement;

/// <summary>A call of a function of the runtime, for what doesn't depend on a shape.</summary>
sealed record InvokeRuntime(string Function, ImmutableArray<object> Arguments) : Statement;

/// <summary>Statements with a scope of their own.</summary>
sealed record Block(string? Remark, ImmutableArray<Statement> Body) : Statement;

/// <summary>Memory of a function's own, gone when it returns.</summary>
sealed record LetBuffer(string Name, int Floats) : Statement;

/// <summary>Memory of the thread's that a kernel needs while it runs, see the runtime's <c>Scratch</c>.</summary>
sealed record LetScratch(string Name, int Floats) : Statement;

// What follows appears in kernels for GPUs only, whose statements are those of one thread of a group.

/// <summary>A new integer: which thread or group this is, along an axis.</summary>
sealed record LetIndex(string Name, GpuIndex Index) : Statement;

/// <summary>Memory that the threads of a group share.</summary>
sealed record SharedFloats(string Name, int Floats) : Statement;

/// <summary>A new pointer: one of several, which an index from 0 on chooses.</summary>
sealed record LetChosenPointer(string Name, string Index, ImmutableArray<string> Pointers) : Statement;

/// <summary>One integer to memory.</summary>
sealed record StoreInt(Address Address, string Value) : Statement;

/// <summary>All threads of a group wait for each other. It must not stand where some of them don't come by.</summary>
sealed record GroupBarrier : Statement;

/// <summary>What a thread of a GPU knows of its place.</summary>
enum GpuIndex { ThreadX, ThreadY, GroupX, GroupY, GroupZ }
