using System.Globalization;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using NetGen.CodeFixes;
using NetGen.Generator.Tests.Harness;
using NetGen.Generator.Tests.Reference;

namespace NetGen.Generator.Tests.Forward;

/// <summary>A stack of attributes as fields and a Forward, as an editor offers it.</summary>
public sealed class RefactoringTests
{
    [Fact]
    public void Stack_BecomesFieldsAndAForward()
    {
        var rewritten = Apply("""
            using NetGen;

            namespace Samples;

            /// <summary>A classifier.</summary>
            [Network, Input(1, 28, 28)]
            [Flatten, Linear(128, WeightInit = Init.HeNormal), ReLU, Dropout(0.25f)]
            [Linear(10, Name = "head")]
            [Loss(Loss.CrossEntropy)]
            public partial class Mlp;
            """, "Mlp");
        Assert.Equal("""
            using NetGen;
            using static NetGen.Functions;

            namespace Samples;

            /// <summary>A classifier.</summary>
            [Network]
            [Loss(Loss.CrossEntropy)]
            public partial class Mlp
            {
                [Linear(128, WeightInit = Init.HeNormal, Name = "1")] readonly Layer linear1;
                [Linear(10)] readonly Layer head;

                Tensor Forward([Shape(1, 28, 28)] Tensor x)
                {
                    x = Flatten(x);
                    x = linear1(x);
                    x = ReLU(x);
                    x = Dropout(x, 0.25f);
                    x = head(x);
                    return x;
                }
            }
            """.ReplaceLineEndings("\n").Trim(), rewritten.ReplaceLineEndings("\n").Trim());
    }

    [Theory]
    [InlineData("[Network, Input(6), Linear(5), GELU(Tanh = true), Softplus(2f), Linear(3, Bias = false), LeakyReLU] public partial class Net;", "Net")]
    [InlineData("[Network, Input(5), Linear(7, Name = \"encoder\"), ReLU, Linear(4), Concat(\"encoder\"), Linear(7), Add(\"encoder\"), Softmax] public partial class Net { public int Own => 3; }", "Net")]
    [InlineData("[Network, Input(1, 6, 6), Conv2d(4, 3, Padding = 1, Name = \"class\"), BatchNorm, ReLU, MaxPool2d(2), Flatten, Linear(2, Name = \"x\")] public partial class Net;", "Net")]
    [InlineData("[Network, Input(6), Repeat(typeof(B), 2, Arguments = [3], Name = \"layers\"), Residual(typeof(B), Arguments = [4], Name = \"\"), Use(typeof(B), Arguments = [2])] public partial class Net;\n"
        + "[Block, Identity(Name = \"in\"), LayerNorm, Linear(2 * Arg.A), Reshape(2, Arg.A), Flatten, Linear(Arg.Input), Add(\"in\")] class B;", "Net", "B")]
    public async Task RewrittenNetwork_HasTheSameParameters_AndComputesTheSame(string source, params string[] types)
    {
        source = Consumer.Usings + source;
        var rewritten = source;
        foreach (var type in types) rewritten = await Task.Run(() => Apply(rewritten, type), TestContext.Current.CancellationToken);
        Assert.Contains("Forward(", rewritten, StringComparison.Ordinal);
        using var before = Load(source);
        using var after = Load(rewritten);
        var (old, @new) = (Subject.Create(before.Type("Net"), 5), Subject.Create(after.Type("Net"), 5));
        Assert.Equal(old.Info.Parameters.Select(p => (p.Name, p.Count)), @new.Info.Parameters.Select(p => (p.Name, p.Count)));
        var x = Batch.Normal(new(1), 4 * old.Info.InputSize);
        Assert.Equal(old.Predict(x), @new.Predict(x));
    }

    [Theory]
    [InlineData("class Plain;", "Plain")]
    [InlineData("[Network] partial class Net { [Linear(3)] readonly Layer fc; Tensor Forward([Shape(3)] Tensor x) => fc(x); }", "Net")]
    public void OtherClasses_AreLeftAlone(string source, string type) => Assert.Throws<InvalidOperationException>(() => Apply(Consumer.Usings + source, type));

    /// <summary>The program, with kernels for this processor's vectors alone: they are compared with themselves.</summary>
    static LoadedProgram Load(string source) => (new Consumer().With("Source.cs", source) with { Vectors = KernelTrees.ProcessorWidth.ToString(CultureInfo.InvariantCulture) })
        .Build(emit: true).AssertClean().Load();

    /// <summary>The source after the refactoring of a class.</summary>
    static string Apply(string source, string type)
    {
        using var editor = new Editor(source);
        var root = editor.Document.GetSyntaxRootAsync().Result!;
        var declaration = root.DescendantNodes().OfType<ClassDeclarationSyntax>().Single(c => c.Identifier.Text == type);
        var action = editor.Offers(new ForwardRefactoring(), declaration.Identifier.Span).Result.SingleOrDefault() ?? throw new InvalidOperationException("Nothing is offered.");
        return editor.After(action).Result;
    }
}
