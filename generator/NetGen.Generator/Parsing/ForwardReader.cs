using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace NetGen.Generator.Parsing;

/// <summary>
/// Reads the body of a Forward by running it on symbols: each statement as C# would, with tensors that are numbers of steps. What depends on tensors' values
/// can't be read, nor what goes beyond the class's own methods.
/// </summary>
sealed partial class ForwardReader(Compilation compilation, INamedTypeSymbol type, ForwardFields fields, ForwardRecorder recorder, CancellationToken cancellation)
{
    const string ByTensor = "it depends on a tensor's values, which aren't known while the project builds; choose between values with Where(condition, a, b)";

    /// <summary>How deep calls may be nested.</summary>
    const int MaxDepth = 64;

    /// <summary>How deep expressions may be nested, those of nested calls too.</summary>
    const int MaxNesting = 1000;

    /// <summary>The most statements and expressions that are read, for loops without an end.</summary>
    const int MaxOperations = 1_000_000;

    /// <summary>The most elements of an array that begins without values.</summary>
    const int MaxElements = 10_000;

    /// <summary>The methods that were bound, since loops call helpers often.</summary>
    readonly Dictionary<SyntaxNode, IOperation?> bodies = [];

    Frame frame = new(null);
    int depth;
    int nesting;
    int operations;

    /// <summary>What a method returns for some arguments.</summary>
    /// <param name="method">The method, one with a source.</param>
    /// <param name="arguments">Its arguments in the order of its parameters.</param>
    /// <param name="call">What calls it; null for Forward itself.</param>
    /// <param name="around">What a local function sees; null for what there is at the call.</param>
    public Symbolic Call(IMethodSymbol method, IReadOnlyList<Symbolic> arguments, SyntaxNode? call = null, Frame? around = null)
    {
        method = Implementation(method);
        var syntax = method.DeclaringSyntaxReferences.Select(reference => reference.GetSyntax(cancellation)).FirstOrDefault(HasBody);
        if (syntax is null || !compilation.ContainsSyntaxTree(syntax.SyntaxTree))
        {
            if (call is null) throw new ForwardException(syntax ?? type.DeclaringSyntaxReferences[0].GetSyntax(cancellation), null);
            throw new ForwardException(call, $"the source of '{method.Name}' isn't part of this project; call layers, the functions of NetGen.Functions, or methods of the class");
        }
        if (depth == MaxDepth) throw new ForwardException(call ?? syntax, "calls are nested too deeply, or without an end");
        RefuseReferences(method, call ?? syntax);
        if (!bodies.TryGetValue(syntax, out var body)) bodies.Add(syntax, body = compilation.GetSemanticModel(syntax.SyntaxTree).GetOperation(syntax, cancellation));
        var outer = frame;
        // A local function sees what is around it.
        frame = new(method.MethodKind == MethodKind.LocalFunction ? around ?? outer : null);
        depth++;
        // A generic method's body knows the parameters of its declaration.
        for (var i = 0; i < method.Parameters.Length; i++) frame.Declare(method.OriginalDefinition.Parameters[i], arguments[i]);
        var flow = body switch
        {
            IMethodBodyOperation { BlockBody: { } block } => Run(block),
            IMethodBodyOperation { ExpressionBody: { } expression } => Run(expression),
            ILocalFunctionOperation { Body: { } block } => Run(block),
            IBlockOperation block => Run(block),
            _ => throw new ForwardException(call ?? syntax, null),
        };
        depth--;
        frame = outer;
        return flow.Returned ?? Symbolic.Nothing;
    }

    /// <summary>The part of a partial method that has its body, and parameters of its own.</summary>
    static IMethodSymbol Implementation(IMethodSymbol method) => method.OriginalDefinition.PartialImplementationPart ?? method;

    static bool HasBody(SyntaxNode syntax) => syntax is BaseMethodDeclarationSyntax { Body: not null } or BaseMethodDeclarationSyntax { ExpressionBody: not null }
        or LocalFunctionStatementSyntax or ArrowExpressionClauseSyntax or AccessorDeclarationSyntax { Body: not null } or AccessorDeclarationSyntax { ExpressionBody: not null };

    /// <summary>Runs a statement.</summary>
    Flow Run(IOperation? statement)
    {
        if (statement is null) return Flow.Next;
        Count(statement);
        switch (statement)
        {
            case IBlockOperation block:
                foreach (var inner in block.Operations)
                {
                    var flow = Run(inner);
                    if (flow != Flow.Next) return flow;
                }
                return Flow.Next;
            case IExpressionStatementOperation expression:
                Evaluate(expression.Operation);
                return Flow.Next;
            case IVariableDeclarationGroupOperation group:
                foreach (var declarator in group.Declarations.SelectMany(d => d.Declarators))
                {
                    RefuseReference(declarator.Symbol, declarator);
                    var initializer = declarator.Initializer ?? (declarator.Parent as IVariableDeclarationOperation)?.Initializer;
                    frame.Declare(declarator.Symbol, initializer is null ? Symbolic.Nothing : Evaluate(initializer.Value));
                }
                return Flow.Next;
            case IReturnOperation { Kind: OperationKind.Return } result:
                return new(Kind.Return, result.ReturnedValue is null ? Symbolic.Nothing : Evaluate(result.ReturnedValue));
            case IConditionalOperation condition:
                return Run(IsTrue(condition.Condition) ? condition.WhenTrue : condition.WhenFalse);
            case ILoopOperation loop:
                return Loop(loop);
            case IThrowOperation thrown:
                throw Thrown(thrown);
            case ISwitchOperation choice:
                return Switch(choice);
            case IBranchOperation { BranchKind: BranchKind.Break }:
                return new(Kind.Break);
            case IBranchOperation { BranchKind: BranchKind.Continue }:
                return new(Kind.Continue);
            case IEmptyOperation or ILocalFunctionOperation:
                return Flow.Next;
            default:
                throw Unsupported(statement);
        }
    }

    void RunAll(ImmutableArray<IOperation> statements)
    {
        foreach (var statement in statements) Run(statement);
    }

    Flow For(IForLoopOperation loop)
    {
        foreach (var before in loop.Before) Run(before);
        for (; loop.Condition is null || IsTrue(loop.Condition); RunAll(loop.AtLoopBottom))
        {
            CountRound(loop);
            if (Ends(Run(loop.Body), out var flow)) return flow;
        }
        return Flow.Next;
    }

    Flow While(IWhileLoopOperation loop)
    {
        for (var first = !loop.ConditionIsTop; first || IsTrue(loop.Condition!) != loop.ConditionIsUntil; first = false)
        {
            CountRound(loop);
            if (Ends(Run(loop.Body), out var flow)) return flow;
        }
        return Flow.Next;
    }

    Flow ForEach(IForEachLoopOperation loop)
    {
        if (loop.IsAsynchronous) throw Unsupported(loop);
        if (loop.LoopControlVariable is IVariableDeclaratorOperation { Symbol: var one }) RefuseReference(one, loop.LoopControlVariable);
        RefuseChangedQuery(loop);
        var collection = Evaluate(loop.Collection);
        var list = collection is SymbolicElements { IsArray: false } changing ? changing : null;
        var changes = list?.Changes;
        var items = Items(collection) ?? throw Unsupported(loop.Collection);
        for (var i = 0; i < items.Count; i++)
        {
            var item = items[i];
            CountRound(loop);
            if (loop.LoopControlVariable is IVariableDeclaratorOperation variable) frame.Declare(variable.Symbol, item);
            else Assign(loop.LoopControlVariable, item);
            if (Ends(Run(loop.Body), out var flow)) return flow;
            if (list?.Changes != changes)
                throw new ForwardException(loop.Collection.Syntax, "it is changed while foreach goes through it; let foreach go through its ToArray()");
        }
        return Flow.Next;
    }

    /// <summary>Whether a loop ends after its body went this way, and how it goes on after the loop.</summary>
    static bool Ends(Flow body, out Flow after)
    {
        after = body.Kind == Kind.Return ? body : Flow.Next;
        return body.Kind is Kind.Return or Kind.Break;
    }

    /// <summary>A method whose parameters are assigned to, or that goes on later.</summary>
    static void RefuseReferences(IMethodSymbol method, SyntaxNode at)
    {
        if (method.IsAsync || method.Parameters.Any(p => p.RefKind != RefKind.None))
            throw new ForwardException(at, $"'{method.Name}' is asynchronous or has parameters by reference; return values, several as a tuple");
    }

    /// <summary>A local that stands for another would have to change with it.</summary>
    static void RefuseReference(ILocalSymbol local, IOperation declaration)
    {
        if (local.RefKind != RefKind.None) throw new ForwardException(declaration.Syntax, $"'{local.Name}' is a local by reference; assign to what it stands for");
    }

    bool IsTrue(IOperation condition) => Evaluate(condition) is SymbolicConstant { Value: bool flag } ? flag : throw new ForwardException(condition.Syntax, ByTensor);

    /// <summary>Statements and patterns nest as well, and what runs the compiler gives it a stack of its own size.</summary>
    static void EnsureStack(IOperation operation)
    {
        try
        {
            RuntimeHelpers.EnsureSufficientExecutionStack();
        }
        catch (InsufficientExecutionStackException)
        {
            throw TooDeep(operation);
        }
    }

    static ForwardException TooDeep(IOperation operation) => new(operation.Syntax, "it is nested too deeply; give parts of it names, as locals");

    static ForwardException Unsupported(IOperation operation)
    {
        // What doesn't compile is the C# compiler's to explain.
        if (operation is IInvalidOperation || operation.Kind == OperationKind.Invalid || operation.Type is { TypeKind: TypeKind.Error }) return new(operation.Syntax, null);
        return new(operation.Syntax, "Forward may have calls of its layers, of the functions of NetGen.Functions and of the class's own methods, operators, locals, "
            + "tuples, arrays, lists, lambdas, constants, and if, switch, for, foreach and while on constants");
    }

    /// <summary>How a statement goes on.</summary>
    sealed record Flow(Kind Kind, Symbolic? Returned = null)
    {
        public static readonly Flow Next = new(Kind.Next);
    }

    enum Kind { Next, Return, Break, Continue }

    /// <summary>The locals and parameters of a method.</summary>
    public sealed class Frame(Frame? outer)
    {
        readonly Dictionary<ISymbol, Variable> variables = new(SymbolEqualityComparer.Default);

        public void Declare(ISymbol symbol, Symbolic value) => variables[symbol] = new(value);

        public void Assign(ISymbol symbol, Symbolic value)
        {
            if (VariableOf(symbol) is { } variable) variable.Value = value;
            else Declare(symbol, value);
        }

        public Symbolic? Find(ISymbol symbol) => VariableOf(symbol)?.Value;

        /// <summary>What a function that is made here sees: these variables, but not those that the next round of a loop declares in their place.</summary>
        public Frame Capture()
        {
            var captured = new Frame(Outer?.Capture());
            foreach (var variable in variables) captured.variables.Add(variable.Key, variable.Value);
            return captured;
        }

        Variable? VariableOf(ISymbol symbol)
        {
            for (var frame = this; frame is not null; frame = frame.Outer)
                if (frame.variables.TryGetValue(symbol, out var variable))
                    return variable;
            return null;
        }

        Frame? Outer => outer;

        sealed class Variable(Symbolic value)
        {
            public Symbolic Value { get; set; } = value;
        }
    }
}
