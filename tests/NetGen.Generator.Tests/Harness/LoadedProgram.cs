using System.Reflection;
using System.Runtime.ExceptionServices;
using System.Runtime.Loader;

namespace NetGen.Generator.Tests.Harness;

/// <summary>
/// A consumer's program, ready to run in this process. It shares the test's NetGen assembly, so that its networks can be cast to NetGen's types.
/// </summary>
public sealed class LoadedProgram(AssemblyLoadContext context, Assembly assembly) : IDisposable
{
    public Assembly Assembly => assembly;

    /// <summary>A type by its full name.</summary>
    public Type Type(string name) => assembly.GetType(name, throwOnError: true)!;

    /// <summary>Calls a static method of a type, and throws what it throws.</summary>
    public object? Call(string type, string method, params object?[] arguments)
    {
        var found = Type(type).GetMethod(method, BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
            ?? throw new ArgumentException($"'{type}' has no static method '{method}'.", nameof(method));
        try
        {
            return found.Invoke(null, arguments);
        }
        catch (TargetInvocationException exception) when (exception.InnerException is { } inner)
        {
            ExceptionDispatchInfo.Throw(inner);
            throw;
        }
    }

    public void Dispose() => context.Unload();
}
