using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace NetGen.Generator.Parsing;

/// <summary>What an expression of a Forward stands for while it is read.</summary>
abstract record Symbolic
{
    /// <summary>Nothing, as a statement gives.</summary>
    public static readonly Symbolic Nothing = new SymbolicNothing();
}

/// <summary>No value.</summary>
sealed record SymbolicNothing : Symbolic;

/// <summary>A tensor: one of the values that steps give.</summary>
sealed record SymbolicTensor(int Value) : Symbolic;

/// <summary>A constant of C#, boxed.</summary>
sealed record SymbolicConstant(object? Value) : Symbolic;

/// <summary>A size that each use of a block gives, <see cref="Arg"/>, by the number that stands for it.</summary>
sealed record SymbolicSize(int Number) : Symbolic;

/// <summary>A parameter or a buffer.</summary>
sealed record SymbolicParameter(int Layer) : Symbolic;

/// <summary>A layer that can be called.</summary>
sealed record SymbolicLayer(int Layer) : Symbolic;

/// <summary>A lambda, or a method that is given in place of one.</summary>
/// <param name="Call">What it returns for arguments, called by an expression.</param>
sealed record SymbolicFunction(Func<IOperation, Symbolic[], Symbolic> Call) : Symbolic;

/// <summary>A block, whose Forward can be called.</summary>
sealed record SymbolicBlock(int Layer, INamedTypeSymbol Type, int Results) : Symbolic;

/// <summary>A tuple, several tensors, or an array that doesn't change.</summary>
sealed record SymbolicList(ImmutableArray<Symbolic> Items) : Symbolic;

/// <summary>An array of several dimensions.</summary>
/// <param name="Sizes">Its size along each of them.</param>
/// <param name="All">All its elements, those along the last dimension next to each other.</param>
sealed record SymbolicGrid(ImmutableArray<int> Sizes, Symbolic All) : Symbolic;

/// <summary>An array or a list, which everything that has it sees change.</summary>
sealed record SymbolicElements : Symbolic
{
    public SymbolicElements(bool isArray, IEnumerable<Symbolic> items) => (IsArray, Items) = (isArray, [.. items]);

    public bool IsArray { get; }

    public List<Symbolic> Items { get; }

    /// <summary>How often it has been changed.</summary>
    public int Changes { get; private set; }

    /// <summary>The elements, to be changed.</summary>
    public List<Symbolic> Change()
    {
        Changes++;
        return Items;
    }
}

/// <summary>An expression of a Forward can't be read.</summary>
sealed class ForwardException(SyntaxNode syntax, string? reason) : Exception
{
    public SyntaxNode Syntax { get; } = syntax;

    /// <summary>Why, and what can be read, as a clause; null where the C# compiler says it.</summary>
    public string? Reason { get; } = reason;
}
