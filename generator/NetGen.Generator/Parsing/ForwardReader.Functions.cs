using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace NetGen.Generator.Parsing;

// Functions that locals, lists and parameters have: lambdas, and methods that are given in place of one.
sealed partial class ForwardReader
{
    /// <summary>A function as it is given: a lambda, a method, or what is a function already.</summary>
    Symbolic Function(IDelegateCreationOperation creation)
    {
        if (creation.Target is IMethodReferenceOperation method) return Function(method);
        if (creation.Target is not IAnonymousFunctionOperation lambda)
        {
            // What is neither can't be a function of this type, which the C# compiler says.
            return creation.Target.Type is { TypeKind: TypeKind.Delegate } ? Evaluate(creation.Target) : throw new ForwardException(creation.Syntax, null);
        }
        if (lambda.Symbol.IsAsync || lambda.Symbol.Parameters.Any(p => p.RefKind != RefKind.None))
            throw new ForwardException(lambda.Syntax, "it is asynchronous or has parameters by reference; return values, several as a tuple");
        var around = frame.Capture();
        return new SymbolicFunction((call, arguments) => Call(lambda, arguments, around, call));
    }

    Symbolic Function(IMethodReferenceOperation reference)
    {
        var method = reference.Method;
        if (WellKnownTypes.IsForward(method.ContainingType, "Functions"))
        {
            return new SymbolicFunction((call, arguments) =>
                Function(call.Syntax, method, arguments.Select((argument, i) => (method.Parameters[i], argument, call))));
        }
        if (ForwardMath.IsMath(method))
            return new SymbolicFunction((call, arguments) => Mathematics(method, arguments.Select(argument => (argument, call)), call));
        if (reference.Instance is null or IInstanceReferenceOperation)
        {
            RefuseConstrained(reference.ConstrainedToType, reference);
            method = Dispatched(method, reference.Instance);
            var around = method.MethodKind == MethodKind.LocalFunction ? frame.Capture() : null;
            return new SymbolicFunction((_, arguments) => Call(method, arguments, reference.Syntax, around));
        }
        var instance = Evaluate(reference.Instance);
        if (method.IsExtensionMethod)
            return new SymbolicFunction((_, arguments) => Call(method.ReducedFrom ?? method, [instance, .. arguments], reference.Syntax));
        return instance switch
        {
            (SymbolicLayer or SymbolicFunction) and var function when method.MethodKind == MethodKind.DelegateInvoke => function,
            SymbolicBlock block when method.Name == ForwardParser.MethodName => new SymbolicFunction((call, arguments) =>
                recorder.Layer(call.Syntax, block.Layer, arguments.Select(argument => Tensor(argument, call)), block.Results)),
            _ => throw new ForwardException(reference.Syntax,
                "of methods only those of the class, of its blocks and of NetGen.Functions can be given in place of a lambda"),
        };
    }

    Symbolic Call(IAnonymousFunctionOperation lambda, Symbolic[] arguments, Frame around, IOperation call)
    {
        if (depth == MaxDepth) throw new ForwardException(call.Syntax, "calls are nested too deeply, or without an end");
        var outer = frame;
        frame = new(around);
        depth++;
        for (var i = 0; i < lambda.Symbol.Parameters.Length; i++) frame.Declare(lambda.Symbol.Parameters[i], arguments[i]);
        var flow = Run(lambda.Body);
        depth--;
        frame = outer;
        return flow.Returned ?? Symbolic.Nothing;
    }

    /// <summary>A call of a layer or a function.</summary>
    Symbolic InvokeFunction(IInvocationOperation call, List<IArgumentOperation> arguments)
    {
        switch (Evaluate(call.Instance!))
        {
            case SymbolicLayer layer:
                // A memory that is null is one that is left out.
                var inputs = arguments.Select(argument => (At: argument.Value, Value: Evaluate(argument.Value)))
                    .Where((input, place) => place == 0 || !IsNull(input.Value));
                return recorder.Layer(call.Syntax, layer.Layer, [.. inputs.Select(input => Tensor(input.Value, input.At))]);
            case SymbolicFunction function:
                return function.Call(call, [.. arguments.Select(argument => Evaluate(argument.Value))]);
            case var none when IsNull(none):
                throw new ForwardException(call.Instance!.Syntax, "there is no function, but null");
            default:
                throw Unsupported(call);
        }
    }

    /// <summary>What calls a function.</summary>
    Func<Symbolic[], Symbolic> Function(IOperation function) => Evaluate(function) switch
    {
        SymbolicFunction known => arguments => known.Call(function, arguments),
        SymbolicLayer layer => arguments => recorder.Layer(function.Syntax, layer.Layer, [.. arguments.Select(argument => Tensor(argument, function))]),
        _ => throw Unsupported(function),
    };
}
