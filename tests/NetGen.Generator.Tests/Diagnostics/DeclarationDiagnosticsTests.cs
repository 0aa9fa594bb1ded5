using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using NetGen.Generator.Tests.Harness;

namespace NetGen.Generator.Tests.Diagnostics;

/// <summary>The diagnostics that parsing finds: each on its exact span, with its message.</summary>
public sealed class DeclarationDiagnosticsTests
{
    [Fact]
    public void NoInput_IsOnTheClass() => Expect.Diagnostic(
        "[Network] [Linear(10), Loss(Loss.MSE)] public partial class {|NG0001:Mlp|};",
        "'Mlp' has no input: say what it takes, such as [Input(784)], before its first layer");

    [Fact]
    public void EmptyNetwork_LacksOnlyItsInput() => Expect.Diagnostics("[Network] public partial class {|NG0001:Mlp|};");

    [Fact]
    public void NotPartial_IsOnTheClass() => Expect.Diagnostic(
        "[Network, Input(4), Linear(3)] public class {|NG0002:Mlp|};",
        "'Mlp' isn't partial, so NetGen can't add to the network 'Mlp': declare it as 'partial class Mlp'");

    [Fact]
    public void NotPartialContainer_IsOnTheContainer() => Expect.Diagnostic(
        "public partial class Outer { public record struct {|NG0002:Middle|} { [Network, Input(4), Linear(3)] public partial class Mlp; } }",
        "'Middle' isn't partial, so NetGen can't add to the network 'Mlp': declare it as 'partial record struct Middle'");

    [Fact]
    public void NotPartialAnywhere_IsOneOnEach() => Expect.Diagnostics(
        "public interface {|NG0002:Outer|} { [Network, Input(4), Linear(3)] public class {|NG0002:Mlp|}; }");

    [Fact]
    public void SeveralDeclarations_MarkTheFirstLayerOfEachOther() => Expect.Diagnostics("""
        [Network, Input(4)] public partial class Mlp;
        [{|NG0003:Linear(3)|}, ReLU] public partial class Mlp;
        [{|NG0003:Linear(2)|}] [Loss(Loss.MSE)] public partial class Mlp;
        """);

    [Fact]
    public void SeveralDeclarations_NameTheLayerAndTheClass() => Expect.Diagnostic("""
        [Network] public partial class Mlp;
        [{|NG0003:Input(4)|}, Linear(3)] public partial class Mlp;
        """,
        "'Input(4)' isn't on the declaration of 'Mlp' that makes it a network, and declarations have no order: put the whole network on one of them");

    [Fact]
    public void SeveralDeclarations_AreMarkedAcrossFiles()
    {
        var second = Markup.Parse("[{|NG0003:NetGen.Linear(3)|}] partial class Mlp;");
        var build = Consumer.Of("[Network, Input(4), ReLU] public partial class Mlp;").With("Other.cs", second.Text).Build();
        Expect.AssertExact(build, "Other.cs", second);
    }

    [Fact]
    public void OtherDeclarations_MayHaveMembersAndOtherAttributes() => Consumer.Of("""
        [Network, Input(4), Linear(3)] public partial class Mlp;
        [System.Obsolete("old")] public partial class Mlp { public int Answer => 42; }
        """).Build().AssertClean();

    [Fact]
    public void LayerBeforeInput_MarksTheFirst() => Expect.Diagnostic(
        "[Network, {|NG0004:Linear(16)|}, ReLU] [Input(4)] [Linear(3)] public partial class Mlp;",
        "'Linear(16)' comes before the network's input: move 'Input(4)' to the front");

    [Fact]
    public void DuplicateName_IsOnTheSecond() => Expect.Diagnostic("""
        [Network, Input(4), Linear(3, Name = "a"), ReLU, {|NG0010:Linear(2, Name = "a")|}] public partial class Mlp;
        """, """
        'a: Linear(2)' is named "a", and so is 'a: Linear(3)': give one of them another Name
        """);

    [Fact]
    public void DuplicateName_CountsPositions() => Expect.Diagnostic("""
        [Network, Input(4), Linear(3, Name = "2"), ReLU, {|NG0010:Linear(2)|}] public partial class Mlp;
        """, """
        'Linear(2)' is named "2", and so is '2: Linear(3)': give one of them another Name
        """);

    [Fact]
    public void Names_MayBeTheirOwnPosition_AndDifferInCase() => Consumer.Of(
        """[Network, Input(4), Linear(3, Name = "0"), ReLU(Name = "a"), Linear(2, Name = "A")] public partial class Mlp;""").Build().AssertClean();

    [Theory]
    [InlineData("class")]
    [InlineData("struct")]
    [InlineData("interface")]
    public void NoNetworkAttribute_IsAWarningOnTheFirstLayer(string keyword)
    {
        var diagnostic = Assert.Single(Expect.Diagnostics($"[System.Obsolete, {{|NG0011:Linear( 10 )|}}, ReLU] public partial {keyword} Mlp {{ }}"));
        Assert.Equal(DiagnosticSeverity.Warning, diagnostic.Severity);
        Assert.Equal("'Linear( 10 )' does nothing, since 'Mlp' isn't declared to be a network or a block: add [Network] or [Block] before it",
            diagnostic.GetMessage(null));
    }

    [Theory]
    [InlineData(LanguageVersion.CSharp11, "11.0")]
    [InlineData(LanguageVersion.CSharp8, "8.0")]
    public void OldLanguage_IsOnTheClass(LanguageVersion version, string shown) => Expect.Diagnostic(
        "[Network, Input(4), Linear(3)] public partial class {|NG0013:Mlp|} { }",
        $"'Mlp' needs C# 12 or later, and this project is compiled as C# {shown}: set <LangVersion>12</LangVersion> or a later one in the project file",
        consumer => consumer with { LanguageVersion = version });

    [Fact]
    public void UnsafeOff_IsOnTheClass() => Expect.Diagnostic(
        "[Network, Input(4), Linear(3)] public partial class {|NG0014:Mlp|};",
        "The code generated for 'Mlp' uses pointers: set <AllowUnsafeBlocks>true</AllowUnsafeBlocks> in the project file",
        consumer => consumer with { AllowUnsafe = false });

    [Theory]
    [InlineData("partial record {|NG0015:Mlp|};", "it is a record: make it a class")]
    [InlineData("partial record class {|NG0015:Mlp|}(int A);", "it is a record: make it a class")]
    [InlineData("partial record struct {|NG0015:Mlp|};", "it is a record struct: make it a class")]
    [InlineData("partial struct {|NG0015:Mlp|};", "it is a struct: make it a class")]
    [InlineData("struct {|NG0015:Mlp|};", "it is a struct: make it a class")]
    [InlineData("partial interface {|NG0015:Mlp|};", "it is an interface: make it a class")]
    [InlineData("static partial class {|NG0015:Mlp|};", "it is static: remove 'static', since each instance has parameters of its own")]
    [InlineData("abstract partial class {|NG0015:Mlp|};", "it is abstract: remove 'abstract'")]
    [InlineData("partial class {|NG0015:Mlp|}<T>;", "it is generic: remove its type parameters, or nest it in a generic class")]
    [InlineData("file partial class {|NG0015:Mlp|};", "it is local to its file: remove 'file'")]
    [InlineData("partial class {|NG0015:Mlp|}(int a) { public int A => a; }", "it has a primary constructor: remove it, since NetGen writes the constructor")]
    [InlineData("partial class {|NG0015:Mlp|} { private Mlp() { } }",
        "it declares a constructor: remove it, since NetGen writes the constructor; a static method can prepare an instance instead")]
    [InlineData("partial class {|NG0015:Mlp|} { public required int A { get; init; } }",
        "its member 'A' is required, and Create and Load can't set it: remove 'required'")]
    [InlineData("partial class {|NG0015:Mlp|} : Base; public class Base { public required int A; }",
        "its member 'A' is required, and Create and Load can't set it: remove 'required'")]
    [InlineData("partial class {|NG0015:Mlp|} : Base; public class Base(int a) { public int A => a; }",
        "its base class 'Base' has no parameterless constructor that it can call: add one, or derive from another class")]
    [InlineData("partial class {|NG0015:Mlp|} : Base; public class Base { private Base() { } }",
        "its base class 'Base' has no parameterless constructor that it can call: add one, or derive from another class")]
    [InlineData("partial class {|NG0015:Mlp|} : Base; [Network, Input(4), Linear(3)] public partial class Base;",
        "it derives from 'Base', which is one itself: declare all the layers on one class")]
    public void UnsupportedType_SaysWhichAndTheWayOut(string declaration, string reason) => Expect.Diagnostic(
        "[Network, Input(4), Linear(3)] " + declaration, "'Mlp' can't be a network, because " + reason);

    [Fact]
    public void FileLocalContainer_IsUnsupported() => Expect.Diagnostic(
        "file partial class Outer { [Network, Input(4), Linear(3)] public partial class {|NG0015:Mlp|}; }",
        "'Mlp' can't be a network, because 'Outer' around it is local to its file: remove 'file'");

    [Theory]
    [InlineData("sealed partial class Mlp;")]
    [InlineData("partial class Mlp { static Mlp() { } }")]
    [InlineData("partial class Mlp : Base; public abstract class Base { protected Base(int a = 0, params int[] b) { } }")]
    [InlineData("partial class Mlp : System.IDisposable { public void Dispose() { } }")]
    public void OtherClasses_CanBeNetworks(string declaration) => Consumer.Of("[Network, Input(4), Linear(3)] public " + declaration).Build().AssertClean();

    [Theory]
    [InlineData("public void {|NG0016:Save|}(int a) { }", "Save")]
    [InlineData("public int {|NG0016:Info|} => 1;", "Info")]
    [InlineData("public const int {|NG0016:InputSize|} = 1;", "InputSize")]
    [InlineData("public class {|NG0016:Trainer|};", "Trainer")]
    [InlineData("public static int {|NG0016:Flops|} = 1;", "Flops")]
    [InlineData("public static int {|NG0016:get_Parameters|}() => 1;", "get_Parameters")]
    public void TakenName_IsOnTheMember(string member, string name) => Expect.Diagnostic(
        $"[Network, Input(4), Linear(3)] public partial class Mlp {{ {member} }}",
        $"NetGen generates a member '{name}' for the network 'Mlp', but 'Mlp' declares one itself: rename yours");

    [Fact]
    public void TakenName_InABaseClass_IsOnTheClass() => Expect.Diagnostic(
        "[Network, Input(4), Linear(3)] public partial class {|NG0016:Mlp|} : Base; public class Base { public void Predict() { } private void Save() { } }",
        "NetGen generates a member 'Predict' for the network 'Mlp', but its base class 'Base' has one: rename yours");

    [Fact]
    public void TakenName_CanBeTheClassItself() => Expect.Diagnostic(
        "[Network, Input(4), Linear(3)] public partial class {|NG0016:Trainer|};",
        "NetGen generates a member 'Trainer' for the network 'Trainer', but a member can't be named as its class: rename yours");

    [Theory]
    [InlineData("Input(4), Linear(3), {|NG0019:Input(5)|}, ReLU", "'Input(5)' is a second input: a network has one; remove this one")]
    [InlineData("Input(4), Linear(3), Loss(Loss.MSE), {|NG0019:Loss(Loss.L1)|}", "'Loss(L1)' is a second loss: a network has at most one; remove this one")]
    [InlineData("Input(4), Loss(Loss.MSE), {|NG0019:Linear(3)|}, ReLU", "'Linear(3)' comes after the loss: move the loss to the end")]
    [InlineData("Loss(Loss.MSE), {|NG0019:Input(4)|}, Linear(3)", "'Input(4)' comes after the loss: move the loss to the end")]
    public void Misplaced_IsOnTheElement(string elements, string message) => Expect.Diagnostic($"[Network, {elements}] public partial class Mlp;", message);

    [Theory]
    [InlineData("[Network, Input(4)] public partial class {|NG0021:Mlp|};")]
    [InlineData("[Network, Input(4), Loss(Loss.MSE)] public partial class {|NG0021:Mlp|};")]
    public void NoLayers_IsOnTheClass(string source) => Expect.Diagnostic(source, "'Mlp' has no layers: add some after its input, such as [Linear(10)]");

    [Fact]
    public void OwnAttributes_AreRejected() => Expect.Diagnostic("""
        public sealed class SquareAttribute(int size) : LayerAttribute { public int Size => size; }
        [Network, Input(4), {|NG0025:Square(3)|}, Linear(3)] public partial class Mlp;
        """,
        "'Square(3)' on the network 'Mlp' isn't one of NetGen's own, so that nothing says what it computes: " +
        "build the layer from those in the namespace NetGen");

    [Fact]
    public void OwnAttributes_InTheNamespaceNetGen_AreRejectedToo() => Expect.Diagnostics("""
        [Network, Input(4), {|NG0025:Square|}, Linear(3)] public partial class Mlp;
        namespace NetGen { public sealed class SquareAttribute : LayerAttribute; }
        """);

    [Fact]
    public void AnotherRuntime_IsOnTheClass()
    {
        const string Runtime = """
            [assembly: System.Reflection.AssemblyVersion("99.1.2.0")]
            namespace NetGen;
            public abstract class NetworkElementAttribute : System.Attribute;
            public sealed class NetworkAttribute : System.Attribute;
            [System.AttributeUsage(System.AttributeTargets.Class, AllowMultiple = true)]
            public sealed class InputAttribute(params int[] shape) : NetworkElementAttribute { public int[] Shape => shape; }
            [System.AttributeUsage(System.AttributeTargets.Class, AllowMultiple = true)]
            public sealed class LinearAttribute(int features) : NetworkElementAttribute { public int Features => features; }
            """;
        var library = new Consumer { ReferencesRuntime = false }.With("Runtime.cs", Runtime).CreateCompilation().WithAssemblyName("NetGen");
        var own = typeof(NetGenGenerator).Assembly.GetName().Version!.ToString(3);
        Expect.Diagnostic("[Network, Input(4), Linear(3)] public partial class {|NG0023:Mlp|};",
            $"'Mlp' takes [Network] from 'NetGen 99.1.2', but this generator writes code for 'NetGen {own}': " +
            "reference that version of the NetGen package, and only it",
            consumer => consumer with { ReferencesRuntime = false, MoreReferences = [library.ToMetadataReference()] });
    }

    [Fact]
    public void SeveralErrors_AreAllReported() => Expect.Diagnostics(
        "[Network, Input(4), {|NG0019:Input(4)|}, Linear(3)] public class {|NG0002:{|NG0014:Mlp|}|} { public int {|NG0016:Info|} => 1; }",
        consumer => consumer with { AllowUnsafe = false });
}
