using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace NetGen.Generator.Diagnostics;

/// <summary>
/// Every diagnostic, with what its message's arguments are. A pass reports one as <c>new NetworkError("NG0007", element, [layer, shape])</c>;
/// a <i>layer</i> is <see cref="Parsing.ElementDisplay.Display"/>'s text, a <i>shape</i> is written <c>[1, 28, 28]</c>, and numbers are invariant.
/// </summary>
static class Descriptors
{
    const string Category = "NetGen";

    /// <summary>Where the pages of <c>docs/diagnostics</c> are read.</summary>
    public const string HelpLinkBase = "https://github.com/netgen-dotnet/netgen/blob/main/docs/diagnostics/";

    /// <summary>{0} the class.</summary>
    public static readonly DiagnosticDescriptor NoInput = new(
        "NG0001", "A network has no input",
        "'{0}' has no input: say what it takes, such as [Input(784)], before its first layer",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLinkBase + "NG0001.md");

    /// <summary>{0} the type that isn't partial, {1} the network, {2} the type's keyword (<c>class</c>, <c>record struct</c>).</summary>
    public static readonly DiagnosticDescriptor NotPartial = new(
        "NG0002", "A network or a type around it isn't partial",
        "'{0}' isn't partial, so NetGen can't add to the network '{1}': declare it as 'partial {2} {0}'",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLinkBase + "NG0002.md");

    /// <summary>{0} the layer that stands apart, {1} the class, {2} what it is, <c>network</c> or <c>block</c>.</summary>
    public static readonly DiagnosticDescriptor SeveralDeclarations = new(
        "NG0003", "A network's layers are on several partial declarations",
        "'{0}' isn't on the declaration of '{1}' that makes it a {2}, and declarations have no order: put the whole {2} on one of them",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLinkBase + "NG0003.md");

    /// <summary>{0} the layer, {1} the input.</summary>
    public static readonly DiagnosticDescriptor LayerBeforeInput = new(
        "NG0004", "A layer comes before the input",
        "'{0}' comes before the network's input: move '{1}' to the front",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLinkBase + "NG0004.md");

    /// <summary>{0} the layer, {1} which size (<c>features</c>, <c>size 1 of its shape</c>), {2} the size.</summary>
    public static readonly DiagnosticDescriptor SizeNotPositive = new(
        "NG0005", "A size isn't positive",
        "'{0}' sets {1} to {2}: a size must be at least 1",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLinkBase + "NG0005.md");

    /// <summary>{0} the layer, {1} what is too large, as a clause (<c>its weight has 4,000,000,000 values</c>), {2} the limit.</summary>
    public static readonly DiagnosticDescriptor SizeOverflow = new(
        "NG0006", "A size overflows",
        "'{0}' is too large: {1}, and the limit is {2}; choose smaller sizes",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLinkBase + "NG0006.md");

    /// <summary>{0} the layer, {1} its input's shape.</summary>
    public static readonly DiagnosticDescriptor NotAVector = new(
        "NG0007", "A Linear layer's input isn't a vector",
        "'{0}' needs a vector, but its input has shape {1}: put [Flatten] before it",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLinkBase + "NG0007.md");

    /// <summary>{0} the layer, {1} its input's shape, {2} how many values that has, {3} what is wrong and the way out, as a clause.</summary>
    public static readonly DiagnosticDescriptor ReshapeMismatch = new(
        "NG0008", "A reshape doesn't add up",
        "'{0}' can't reshape {1}, which has {2} values: {3}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLinkBase + "NG0008.md");

    /// <summary>{0} the loss, {1} the output's shape, {2} what the loss needs and the way out, as a clause.</summary>
    public static readonly DiagnosticDescriptor LossMismatch = new(
        "NG0009", "A loss doesn't fit the network's output",
        "'{0}' doesn't fit an output of shape {1}: {2}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLinkBase + "NG0009.md");

    /// <summary>{0} the layer, {1} its name, {2} the earlier layer of that name.</summary>
    public static readonly DiagnosticDescriptor DuplicateName = new(
        "NG0010", "Two layers have the same name",
        "'{0}' is named \"{1}\", and so is '{2}': give one of them another Name",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLinkBase + "NG0010.md");

    /// <summary>{0} the type, {1} its first layer.</summary>
    public static readonly DiagnosticDescriptor NoNetworkAttribute = new(
        "NG0011", "Layers without [Network]",
        "'{1}' does nothing, since '{0}' isn't declared to be a network or a block: add [Network] or [Block] before it",
        Category, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: HelpLinkBase + "NG0011.md");

    /// <summary>{0} the layer, {1} the probability.</summary>
    public static readonly DiagnosticDescriptor DropoutOutOfRange = new(
        "NG0012", "A dropout probability is out of range",
        "'{0}' drops values with probability {1}: it must be at least 0 and less than 1",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLinkBase + "NG0012.md");

    /// <summary>{0} the class, {1} the project's language version.</summary>
    public static readonly DiagnosticDescriptor LanguageTooOld = new(
        "NG0013", "The C# version is too old",
        "'{0}' needs C# 12 or later, and this project is compiled as C# {1}: set <LangVersion>12</LangVersion> or a later one in the project file",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLinkBase + "NG0013.md");

    /// <summary>{0} the class.</summary>
    public static readonly DiagnosticDescriptor UnsafeNotAllowed = new(
        "NG0014", "Unsafe code isn't allowed",
        "The code generated for '{0}' uses pointers: set <AllowUnsafeBlocks>true</AllowUnsafeBlocks> in the project file",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLinkBase + "NG0014.md");

    /// <summary>{0} the type, {1} why, as a clause (<c>it is a struct</c>), {2} the way out.</summary>
    public static readonly DiagnosticDescriptor UnsupportedType = new(
        "NG0015", "This kind of type can't be a network",
        "'{0}' can't be a network, because {1}: {2}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLinkBase + "NG0015.md");

    /// <summary>{0} the class, {1} the name that is taken, {2} by what, as a clause (<c>'Mlp' declares one itself</c>).</summary>
    public static readonly DiagnosticDescriptor MemberConflict = new(
        "NG0016", "A name that NetGen generates is taken",
        "NetGen generates a member '{1}' for the network '{0}', but {2}: rename yours",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLinkBase + "NG0016.md");

    /// <summary>{0} the layer, {1} its name with control characters escaped, {2} what is wrong with it, as a clause (<c>it contains a dot</c>).</summary>
    public static readonly DiagnosticDescriptor InvalidName = new(
        "NG0017", "A layer's name is invalid",
        "'{0}' can't be named \"{1}\", because {2}: use letters, digits and underscores",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLinkBase + "NG0017.md");

    /// <summary>{0} the layer, {1} the argument, {2} its value, {3} what it must be (<c>finite</c>, <c>at least 0 and at most 1</c>).</summary>
    public static readonly DiagnosticDescriptor ArgumentOutOfRange = new(
        "NG0018", "An argument is out of range",
        "'{0}' sets {1} to {2}: it must be {3}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLinkBase + "NG0018.md");

    /// <summary>{0} the element, {1} what is wrong and the way out (<c>comes after the loss: move the loss to the end</c>).</summary>
    public static readonly DiagnosticDescriptor Misplaced = new(
        "NG0019", "A network has one input, then layers, then at most one loss",
        "'{0}' {1}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLinkBase + "NG0019.md");

    /// <summary>{0} the layer, {1} its input's shape, {2} what it needs and the way out, as a clause.</summary>
    public static readonly DiagnosticDescriptor InputMismatch = new(
        "NG0020", "A layer's sizes don't fit its input",
        "'{0}' doesn't fit an input of shape {1}: {2}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLinkBase + "NG0020.md");

    /// <summary>{0} the class.</summary>
    public static readonly DiagnosticDescriptor NoLayers = new(
        "NG0021", "A network has no layers",
        "'{0}' has no layers: add some after its input, such as [Linear(10)]",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLinkBase + "NG0021.md");

    /// <summary>{0} the layer, {1} what doesn't fit and the way out (<c>sets BiasInit to XavierUniform, which needs a matrix: …</c>).</summary>
    public static readonly DiagnosticDescriptor InitializerMismatch = new(
        "NG0022", "An initialiser doesn't fit",
        "'{0}' {1}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLinkBase + "NG0022.md");

    /// <summary>{0} the class, {1} the assembly and version that was found, {2} the generator's version.</summary>
    public static readonly DiagnosticDescriptor RuntimeMismatch = new(
        "NG0023", "The NetGen assembly doesn't match the generator",
        "'{0}' takes [Network] from '{1}', but this generator writes code for 'NetGen {2}': reference that version of the NetGen package, and only it",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLinkBase + "NG0023.md");

    /// <summary>{0} the element, {1} its rank.</summary>
    public static readonly DiagnosticDescriptor UnsupportedRank = new(
        "NG0024", "A rank isn't supported",
        "'{0}' has rank {1}: give it 1 to 4 sizes, without the batch",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLinkBase + "NG0024.md");

    /// <summary>{0} the attribute, {1} <c>network</c> or <c>block</c>, {2} the class.</summary>
    public static readonly DiagnosticDescriptor UnknownLayer = new(
        "NG0025", "A layer isn't NetGen's",
        "'{0}' on the {1} '{2}' isn't one of NetGen's own, so that nothing says what it computes: build the layer from those in the namespace NetGen",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLinkBase + "NG0025.md");

    /// <summary>{0} the property's value.</summary>
    public static readonly DiagnosticDescriptor UnknownWidth = new(
        "NG0026", "There are no vectors of this width",
        "NetGenVectors is '{0}': it takes the widths of vectors that kernels are written for, 512, 256 or 128 bits, or several of them with commas between",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLinkBase + "NG0026.md");

    /// <summary>{0} the layer, {1} the name that it refers to, {2} the network or block, {3} what names there are, as a clause.</summary>
    public static readonly DiagnosticDescriptor UnknownTap = new(
        "NG0030", "A layer refers to one that isn't there",
        "'{0}' refers to \"{1}\", but no earlier layer of '{2}' is called that: {3}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLinkBase + "NG0030.md");

    /// <summary>{0} the layer, {1} and {2} two shapes, {3} what has to hold of them, as a clause.</summary>
    public static readonly DiagnosticDescriptor JoinMismatch = new(
        "NG0031", "Values that are joined don't fit together",
        "'{0}' can't join values of shapes {1} and {2}: {3}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLinkBase + "NG0031.md");

    /// <summary>{0} the layer, {1} the type that it names, {2} the way out or the reason, as a clause.</summary>
    public static readonly DiagnosticDescriptor NotABlock = new(
        "NG0032", "A type isn't a block",
        "'{0}' needs a block, but '{1}' isn't one that can be used: {2}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLinkBase + "NG0032.md");

    /// <summary>{0} the layer, {1} the block, {2} the blocks from the one that the layer uses to this one (<c>'A', which uses 'B'</c>).</summary>
    public static readonly DiagnosticDescriptor BlockWithinItself = new(
        "NG0033", "A block contains itself",
        "'{0}' makes the block '{1}' contain itself, without an end: it uses {2}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLinkBase + "NG0033.md");

    /// <summary>{0} the element, {1} the block.</summary>
    public static readonly DiagnosticDescriptor NotForBlocks = new(
        "NG0034", "A block has an input or a loss",
        "'{0}' can't be on the block '{1}', whose input is what comes before where it is used: inputs and losses are a network's, so remove this one",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLinkBase + "NG0034.md");

    /// <summary>{0} the layer, {1} what is missing and the way out (<c>refers to Arg.A, which …</c>).</summary>
    public static readonly DiagnosticDescriptor MissingArgument = new(
        "NG0035", "An argument of a block is missing",
        "'{0}' {1}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLinkBase + "NG0035.md");

    /// <summary>{0} the attribute, {1} why and the way out, as a clause.</summary>
    public static readonly DiagnosticDescriptor WeightsNotFound = new(
        "NG0040", "A file of weights isn't found",
        "'{0}' names a file that isn't found: {1}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLinkBase + "NG0040.md");

    /// <summary>{0} the attribute, {1} what is wrong with the file, as a clause.</summary>
    public static readonly DiagnosticDescriptor WeightsDamaged = new(
        "NG0041", "A file of weights is damaged",
        "'{0}' names a file that isn't a sound safetensors file: {1}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLinkBase + "NG0041.md");

    /// <summary>{0} the attribute, {1} the class, {2} the tensors at fault, each with its shapes.</summary>
    public static readonly DiagnosticDescriptor WeightsMismatch = new(
        "NG0042", "A file's weights aren't the network's",
        "'{0}' doesn't fit '{1}': {2}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLinkBase + "NG0042.md");

    /// <summary>{0} the attribute, {1} the reason, as a clause.</summary>
    public static readonly DiagnosticDescriptor ExportOfNoNetwork = new(
        "NG0043", "An exported type isn't a network of the project",
        "'{0}' can't give C functions to what it names: {1}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLinkBase + "NG0043.md");

    /// <summary>{0} the attribute, {1} the name, {2} what is wrong with it and the way out, as a clause.</summary>
    public static readonly DiagnosticDescriptor ExportName = new(
        "NG0044", "An exported name can't be used",
        "'{0}' can't begin the names of C functions with '{1}': {2}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLinkBase + "NG0044.md");

    /// <summary>{0} the class, {1} what is wrong and the way out, as a clause (<c>its Forward is static: …</c>).</summary>
    public static readonly DiagnosticDescriptor ForwardDeclaration = new(
        "NG0050", "A Forward isn't declared well",
        "'{0}' can't be read: {1}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLinkBase + "NG0050.md");

    /// <summary>{0} the field, {1} what is wrong and the way out (<c>is static: …</c>).</summary>
    public static readonly DiagnosticDescriptor ForwardField = new(
        "NG0051", "A field isn't a layer",
        "The field '{0}' {1}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLinkBase + "NG0051.md");

    /// <summary>{0} the expression, {1} why, and what can be read, as a clause.</summary>
    public static readonly DiagnosticDescriptor ForwardExpression = new(
        "NG0052", "An expression of Forward can't be read",
        "'{0}' can't be read: {1}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLinkBase + "NG0052.md");

    /// <summary>{0} the field.</summary>
    public static readonly DiagnosticDescriptor UnusedLayer = new(
        "NG0053", "A layer isn't used",
        "What Forward returns doesn't depend on '{0}', so that its size isn't known and it can't learn: call it, or remove it",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLinkBase + "NG0053.md");

    /// <summary>{0} the call, {1} what is wrong and the way out (<c>is called with a constant: …</c>).</summary>
    public static readonly DiagnosticDescriptor ForwardCall = new(
        "NG0054", "A call in Forward doesn't make sense",
        "'{0}' {1}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLinkBase + "NG0054.md");

    /// <summary>{0} the input.</summary>
    public static readonly DiagnosticDescriptor UnusedInput = new(
        "NG0055", "An input isn't used",
        "What Forward returns doesn't depend on the input '{0}', which has to be given all the same: use it, remove it, or let its name begin with '_'",
        Category, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: HelpLinkBase + "NG0055.md");

    /// <summary>{0} the layer, {1} the op, {2} the class.</summary>
    public static readonly DiagnosticDescriptor NoGpuKernel = new(
        "NG0060", "A layer has no kernel for GPUs",
        "'{0}' computes {1}, for which there is no kernel for GPUs yet: '{2}' gets no OnGpu, and runs on the processor only",
        Category, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: HelpLinkBase + "NG0060.md");

    /// <summary>{0} the class, {1} what is wrong.</summary>
    public static readonly DiagnosticDescriptor GpuTile = new(
        "NG0062", "A tile for GPUs can't work",
        "Kernels of '{0}' for GPUs can't have its GpuTile: {1}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLinkBase + "NG0062.md");

    /// <summary>{0} the class, {1} the exception.</summary>
    public static readonly DiagnosticDescriptor InternalError = new(
        "NG9999", "NetGen failed",
        "NetGen failed on '{0}', which is a fault of NetGen's; please report it with the network's declaration: {1}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLinkBase + "NG9999.md");

    /// <summary>All of them, ordered by id.</summary>
    public static readonly ImmutableArray<DiagnosticDescriptor> All =
    [
        NoInput, NotPartial, SeveralDeclarations, LayerBeforeInput, SizeNotPositive, SizeOverflow, NotAVector, ReshapeMismatch, LossMismatch,
        DuplicateName, NoNetworkAttribute, DropoutOutOfRange, LanguageTooOld, UnsafeNotAllowed, UnsupportedType, MemberConflict, InvalidName,
        ArgumentOutOfRange, Misplaced, InputMismatch, NoLayers, InitializerMismatch, RuntimeMismatch, UnsupportedRank, UnknownLayer, UnknownWidth,
        UnknownTap, JoinMismatch, NotABlock, BlockWithinItself, NotForBlocks, MissingArgument, WeightsNotFound, WeightsDamaged, WeightsMismatch,
        ExportOfNoNetwork, ExportName, ForwardDeclaration, ForwardField, ForwardExpression, UnusedLayer, ForwardCall, UnusedInput, NoGpuKernel, GpuTile,
        InternalError,
    ];

    static readonly ImmutableDictionary<string, DiagnosticDescriptor> ById = All.ToImmutableDictionary(d => d.Id, StringComparer.Ordinal);

    /// <summary>The descriptor of an id. Throws where there is none, which is a pass's mistake.</summary>
    public static DiagnosticDescriptor Get(string id) => ById[id];
}
