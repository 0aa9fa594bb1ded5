using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace NetGen.Generator.Parsing;

// What a Forward itself refuses, and loops that don't end.
sealed partial class ForwardReader
{
    /// <summary>The loops that are being run, and how often each has gone round.</summary>
    readonly Stack<(IOperation Loop, int Rounds)> loops = [];

    /// <summary>Counts what is run, so that what has no end doesn't keep the compiler.</summary>
    void Count(IOperation operation)
    {
        cancellation.ThrowIfCancellationRequested();
        EnsureStack(operation);
        if (++operations <= MaxOperations) return;
        // A loop within the one that doesn't end may be what runs now.
        if (loops.Count == 0) throw new ForwardException(operation.Syntax, "it runs for too long");
        var (loop, rounds) = loops.OrderByDescending(one => one.Rounds).First();
        throw new ForwardException(loop.Syntax, $"the loop has no end, or too many rounds: it was left after {Text(rounds)}");
    }

    /// <summary>Counts a round of the loop that is run.</summary>
    void CountRound(IOperation loop)
    {
        var (_, rounds) = loops.Pop();
        loops.Push((loop, rounds + 1));
        Count(loop);
    }

    Flow Loop(ILoopOperation loop)
    {
        loops.Push((loop, 0));
        var flow = loop switch
        {
            IForLoopOperation @for => For(@for),
            IWhileLoopOperation @while => While(@while),
            IForEachLoopOperation each => ForEach(each),
            _ => throw Unsupported(loop),
        };
        loops.Pop();
        return flow;
    }

    /// <summary>An exception that Forward throws, as for constants that don't go together.</summary>
    ForwardException Thrown(IThrowOperation thrown)
    {
        var exception = thrown.Exception;
        while (exception is IConversionOperation conversion) exception = conversion.Operand;
        var message = exception is IObjectCreationOperation { Arguments: var arguments }
            ? arguments.FirstOrDefault(argument => argument is { Parameter: { Name: "message", Type.SpecialType: SpecialType.System_String } }) : null;
        return new(thrown.Syntax, message is null ? "it is reached" : $"it is reached: {Said(message.Value)}");
    }

    /// <summary>The text of a message, with the constants in it.</summary>
    string Said(IOperation text) => text switch
    {
        { ConstantValue: { HasValue: true, Value: var constant } } => System.Convert.ToString(constant, CultureInfo.InvariantCulture) ?? "",
        IConversionOperation conversion => Said(conversion.Operand),
        IInterpolatedStringOperation interpolated => string.Concat(interpolated.Parts.Select(part => part switch
        {
            IInterpolatedStringTextOperation { Text: var plain } => Said(plain),
            IInterpolationOperation { Expression: var expression } => Said(expression),
            _ => part.Syntax.ToString(),
        })),
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Add, Type.SpecialType: SpecialType.System_String, LeftOperand: var left, RightOperand: var right } => Said(left) + Said(right),
        _ => SaidOf(text),
    };

    string SaidOf(IOperation value)
    {
        try
        {
            if (Evaluate(value) is SymbolicConstant { Value: var constant }) return System.Convert.ToString(constant, CultureInfo.InvariantCulture) ?? "";
        }
        catch (ForwardException)
        {
            // The exception is what is wrong, and not its message.
        }
        return $"{{{value.Syntax}}}";
    }
}
