using System.Collections;
using System.Collections.Immutable;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using NetGen.Generator.Parsing;
using NetGen.Generator.Tests.Harness;
using NetGen.Generator.Tests.Parsing;

namespace NetGen.Generator.Tests.Incrementality;

/// <summary>What reruns at an edit, by the names of the pipeline's steps.</summary>
public sealed class IncrementalityTests
{
    const string Network = """
        [Network, Input(1, 28, 28)]
        [Flatten, Linear(128, Name = "fc1"), ReLU, Dropout(0.25f), Linear(10)]
        [Loss(Loss.CrossEntropy)]
        public partial class Mlp;
        """;

    const string AnotherNetwork = "using NetGen; [Network, Input(4), Linear(3)] public partial class Tiny;";

    /// <summary>A file after the others: Roslyn tells what it finds by position, so that one that comes or goes shifts those after it.</summary>
    const string After = "Z.cs";

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("// a comment\n" + Network)]
    [InlineData("public class Neighbour { public int Member => 1; }\n" + Network)]
    [InlineData("\n\n\n" + Network + "\n\n")]
    [InlineData("""
        [Network] [Input(1, 28, 28), FlattenAttribute] /* here */ [Linear(64 + 64, Name = "fc1")]
        [ReLU, Dropout(1 / 4f), Linear(features: 10)] [Loss(kind: Loss.CrossEntropy)]
        public partial class Mlp { public int Unrelated => 5; }
        """)]
    public void Edit_ThatKeepsTheNetwork_RerunsNothingOfIt(string edited)
    {
        var run = RunTwice(Consumer.Of(Network), consumer => Consumer.Of(edited));
        AssertReason(run, TrackingNames.Model, IncrementalStepRunReason.Unchanged, IncrementalStepRunReason.Cached);
        AssertReason(run, TrackingNames.Compile, IncrementalStepRunReason.Cached);
        AssertReason(run, TrackingNames.Files, IncrementalStepRunReason.Cached);
        AssertOutputsAreCached(run);
    }

    [Fact]
    public void Edit_Elsewhere_RerunsNothing()
    {
        var run = RunTwice(Consumer.Of(Network).With("Other.cs", "class A;"),
            consumer => consumer.With("Other.cs", "class B { Mlp? mlp; }").With("Third.cs", "class C;"));
        AssertReason(run, TrackingNames.Compile, IncrementalStepRunReason.Cached);
        AssertOutputsAreCached(run);
    }

    [Theory]
    [InlineData("using NetGen; [Network, Input(4), Linear(5)] public partial class Tiny;", IncrementalStepRunReason.Modified)]
    [InlineData("using NetGen; [Network, Input(4), Linear(3)] public partial class Renamed;", IncrementalStepRunReason.Modified)]
    [InlineData("using NetGen; [Network, Input(4)] public partial class Tiny;", IncrementalStepRunReason.Removed)]
    [InlineData("", IncrementalStepRunReason.Removed)]
    public void Edit_ToAnotherNetwork_RerunsThatOneOnly(string edited, IncrementalStepRunReason expected)
    {
        var run = RunTwice(Consumer.Of(Network).With(After, AnotherNetwork), consumer => consumer.With(After, edited));
        var reasons = Steps(run, TrackingNames.Compile).ToDictionary(
            output => ((NetworkOutcome)output.Value).Model.Type.Name, output => output.Reason, StringComparer.Ordinal);
        Assert.Equal(IncrementalStepRunReason.Cached, reasons["Mlp"]);
        Assert.Equal(expected, Assert.Single(reasons, reason => reason.Key != "Mlp").Value);
    }

    [Theory]
    [InlineData("[Block, Tanh, Use(typeof(Inner))] class Outer; [Block, Linear(5)] class Inner;", IncrementalStepRunReason.Modified)]
    [InlineData("[Block, Use(typeof(Inner))] class Outer; [Block, Linear(6)] class Inner;", IncrementalStepRunReason.Modified)]
    [InlineData("// a comment\n[Block, Use(typeof(Inner))] class Outer { int unrelated; } [Block, Linear(2 + 3)] class Inner;",
        IncrementalStepRunReason.Cached)]
    public void Edit_OfABlock_RerunsItsUsersOnly(string edited, IncrementalStepRunReason expected)
    {
        const string Blocks = "[Block, Use(typeof(Inner))] class Outer; [Block, Linear(5)] class Inner;";
        const string User = "using NetGen; [Network, Input(4), Repeat(typeof(Outer), 2)] public partial class User;";
        var run = RunTwice(Consumer.Of(Blocks).With("Mlp.cs", Consumer.Usings + Network).With(After, User),
            consumer => consumer.With("Source.cs", Consumer.Usings + edited));
        var reasons = Steps(run, TrackingNames.Compile).ToDictionary(
            output => ((NetworkOutcome)output.Value).Model.Type.Name, output => output.Reason, StringComparer.Ordinal);
        Assert.Equal(IncrementalStepRunReason.Cached, reasons["Mlp"]);
        Assert.Equal(expected, reasons["User"]);
    }

    const string Forward = """
        using static NetGen.Functions;
        [Network] public partial class Net
        {
            [Linear(4)] readonly Layer fc;
            [Parameter(4)] readonly Tensor scale;
            Tensor Forward([Shape(3)] Tensor x) => Twice(ReLU(fc(x))) * scale;
            static Tensor Twice(Tensor x) => x * 2;
        }
        """;

    [Theory]
    [InlineData("x * 2", "  x /* as much again */\n * (1 + 1)", IncrementalStepRunReason.Cached)]
    [InlineData("[Linear(4)]", "// a comment\n[LinearAttribute(2 * 2)]", IncrementalStepRunReason.Cached)]
    [InlineData("Twice", "Doubled", IncrementalStepRunReason.Cached)]
    [InlineData("x * 2", "x * 3", IncrementalStepRunReason.Modified)]
    [InlineData("ReLU", "Tanh", IncrementalStepRunReason.Modified)]
    [InlineData("Linear(4)", "Linear(4, Bias = false)", IncrementalStepRunReason.Modified)]
    public void Edit_OfAForward_RerunsItWhereItComputesSomethingElse(string old, string @new, IncrementalStepRunReason expected)
    {
        var run = RunTwice(Consumer.Of(Forward), consumer => Consumer.Of(Forward.Replace(old, @new, StringComparison.Ordinal)));
        AssertReason(run, TrackingNames.Compile, expected);
    }

    [Fact]
    public void Edit_OfAHelperInAnotherFile_RerunsTheForwardThatCallsIt()
    {
        const string Caller = "[Network] public partial class Net { Tensor Forward([Shape(3)] Tensor x) => Helpers.Twice(x); }";
        var run = RunTwice(Consumer.Of(Caller).With("Helpers.cs", "static class Helpers { public static NetGen.Tensor Twice(NetGen.Tensor x) => x * 2; }"),
            consumer => consumer.With("Helpers.cs", "static class Helpers { public static NetGen.Tensor Twice(NetGen.Tensor x) => x * 3; }"));
        AssertReason(run, TrackingNames.Compile, IncrementalStepRunReason.Modified);
    }

    [Fact]
    public void NewNetwork_LeavesTheOthersAlone()
    {
        var run = RunTwice(Consumer.Of(Network), consumer => consumer.With(After, AnotherNetwork));
        Assert.Equal([IncrementalStepRunReason.Cached, IncrementalStepRunReason.New],
            Steps(run, TrackingNames.Compile).OrderBy(output => ((NetworkOutcome)output.Value).Model.Type.Name, StringComparer.Ordinal)
                .Select(output => output.Reason));
        Assert.All(Steps(run, TrackingNames.Files), output => Assert.NotEqual(IncrementalStepRunReason.Modified, output.Reason));
    }

    [Fact]
    public void Edit_OfTheNetwork_RerunsIt()
    {
        var run = RunTwice(Consumer.Of(Network), consumer => Consumer.Of(Network.Replace("128", "64", StringComparison.Ordinal)));
        AssertReason(run, TrackingNames.Model, IncrementalStepRunReason.Modified);
        AssertReason(run, TrackingNames.Compile, IncrementalStepRunReason.Modified);
    }

    [Fact]
    public void EqualSources_GiveEqualModels()
    {
        var first = Models.Single(Network);
        var second = Models.Single(Network);
        Assert.NotSame(first, second);
        Assert.Equal(first, second);
        Assert.Equal(first.GetHashCode(), second.GetHashCode());
    }

    [Theory]
    [InlineData("128", "129")]
    [InlineData("fc1", "fc2")]
    [InlineData("0.25f", "0.5f")]
    [InlineData("ReLU", "SiLU")]
    [InlineData("28, 28", "28, 28, 1")]
    [InlineData("CrossEntropy", "NLL")]
    [InlineData("Mlp", "Other")]
    [InlineData("public", "internal")]
    [InlineData("Linear(10)", "Linear(10, Bias = false)")]
    public void DifferentSources_GiveDifferentModels(string old, string @new) =>
        Assert.NotEqual(Models.Single(Network), Models.Single(Network.Replace(old, @new, StringComparison.Ordinal)));

    [Theory]
    [InlineData(TrackingNames.Model)]
    [InlineData(TrackingNames.Compile)]
    [InlineData(TrackingNames.Files)]
    public void NothingOfRoslyn_IsReachableFromTheModel(string step)
    {
        const string Blocks = "using NetGen; [Network, Input(4), Residual(typeof(B))] public partial class User; [Block, Linear(4)] class B;";
        var consumer = Consumer.Of(Network).With("Other.cs", AnotherNetwork).With("Blocks.cs", Blocks).With("Forward.cs", Consumer.Usings + Forward);
        var run = consumer.CreateDriver().RunGenerators(consumer.CreateCompilation(), Token).GetRunResult();
        var values = Steps(run, step).Select(output => output.Value).ToList();
        Assert.NotEmpty(values);
        var visited = new HashSet<object>(ReferenceEqualityComparer.Instance);
        foreach (var value in values) Walk(value, step, visited);
    }

    [Fact]
    public void Cancellation_PassesThrough()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        var consumer = Consumer.Of(Network);
        Assert.ThrowsAny<OperationCanceledException>(() => consumer.CreateDriver().RunGenerators(consumer.CreateCompilation(), cancelled.Token));
        Assert.ThrowsAny<OperationCanceledException>(() => Guarded.Compile(Models.Single(Network), VectorWidths.All, cancelled.Token));
        var compilation = consumer.CreateCompilation();
        var type = compilation.GetTypeByMetadataName("Mlp")!;
        Assert.ThrowsAny<OperationCanceledException>(() => Guarded.Parse(type, compilation, cancelled.Token));
    }

    static GeneratorRunResult RunTwice(Consumer first, Func<Consumer, Consumer> edit)
    {
        var before = first.CreateCompilation();
        var after = edit(first).CreateCompilation().WithAssemblyName(before.AssemblyName);
        // As in an editor, files that weren't touched keep their trees.
        foreach (var tree in after.SyntaxTrees)
        {
            if (before.SyntaxTrees.FirstOrDefault(old => old.FilePath == tree.FilePath && old.ToString() == tree.ToString()) is { } kept)
                after = after.ReplaceSyntaxTree(tree, kept);
        }
        var driver = first.CreateDriver().RunGenerators(before, Token);
        return driver.RunGenerators(after, Token).GetRunResult().Results[0];
    }

    static ImmutableArray<(object Value, IncrementalStepRunReason Reason)> Steps(GeneratorRunResult run, string name) =>
        [.. run.TrackedSteps[name].SelectMany(step => step.Outputs)];

    static ImmutableArray<(object Value, IncrementalStepRunReason Reason)> Steps(GeneratorDriverRunResult run, string name) => Steps(run.Results[0], name);

    static void AssertReason(GeneratorRunResult run, string step, params IncrementalStepRunReason[] allowed)
    {
        var outputs = Steps(run, step);
        Assert.NotEmpty(outputs);
        Assert.All(outputs, output => Assert.Contains(output.Reason, allowed));
    }

    static void AssertOutputsAreCached(GeneratorRunResult run) => Assert.All(
        run.TrackedOutputSteps.SelectMany(step => step.Value).SelectMany(step => step.Outputs),
        output => Assert.Equal(IncrementalStepRunReason.Cached, output.Reason));

    static void Walk(object? value, string path, HashSet<object> visited)
    {
        if (value is null || value is string || value.GetType().IsPrimitive || value.GetType().IsEnum) return;
        if (!value.GetType().IsValueType && !visited.Add(value)) return;
        Assert.False(value.GetType().Assembly.GetName().Name!.StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal),
            $"{path} is a {value.GetType()}.");
        if (value is Array array)
        {
            foreach (var item in (IEnumerable)array) Walk(item, path + "[]", visited);
            return;
        }
        for (var type = value.GetType(); type is not null; type = type.BaseType)
            foreach (var field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
                Walk(field.GetValue(value), $"{path}.{field.Name}", visited);
    }
}
