using System.Collections.Immutable;
using NetGen.Generator.Autodiff;
using NetGen.Generator.Graph;
using NetGen.Generator.Lowering.Images;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Algorithms;

/// <summary>
/// Replaces convolutions of 3 × 3 by Winograd's algorithm where that is less work, and with them the gradients of their inputs, which are such convolutions
/// too, and of their weights.
/// </summary>
sealed class WinogradPass
{
    readonly bool training;
    readonly List<Value> values = [];
    readonly Dictionary<Value, Value> replaced = [];

    WinogradPass(NetworkGraph graph, bool training)
    {
        this.training = training;
        foreach (var value in graph.Values) replaced[value] = Replace(value, [.. value.Inputs.Select(v => replaced[v])]);
    }

    /// <summary>Chooses for inference, which may be of one sample.</summary>
    public static NetworkGraph Apply(NetworkGraph graph)
    {
        if (!graph.Values.Any(v => Choose(v, training: false) is not null || SmallWinogradChoice.Of(v) is not null)) return graph;
        var pass = new WinogradPass(graph, training: false);
        return graph.Replaced(pass.values, pass.replaced);
    }

    /// <summary>Chooses for training.</summary>
    public static DifferentiatedGraph Apply(DifferentiatedGraph network)
    {
        if (!network.Graph.Values.Any(v => Choose(v, training: true) is not null)) return network;
        var pass = new WinogradPass(network.Graph, training: true);
        return new DifferentiatedGraph(
            network.Graph.Replaced(pass.values, pass.replaced),
            [.. network.ParameterGradients.Select(p => (pass.replaced[p.Parameter], pass.replaced[p.Gradient]))],
            [.. network.InputGradients.Select(dx => dx is null ? null : pass.replaced[dx])]);
    }

    Value Replace(Value value, ImmutableArray<Value> inputs)
    {
        if (!training && SmallWinogradChoice.Of(value) is { } small)
            return small.Add(value, [.. inputs], (original, name, op, operands) => Add(original, name, op, [.. operands], op.Infer([.. operands])));
        if (Choose(value, training) is not { } choice) return Add(value, value.Name, value.Op, inputs, value.Type);
        var transform = choice.Transform;
        if (value.Op is ConvolutionWeightGradient gradient)
        {
            if (choice.TransformsWeights) return Add(value, value.Name, new WinogradGradientInParts(gradient.Window, transform), inputs, value.Type);
            var products = new WinogradProducts(gradient.Window, transform);
            var sums = Add(value, value.Name + ".winograd", products, inputs, products.Infer(inputs));
            return Add(value, value.Name, new WinogradWeightGradient(transform), [sums], value.Type);
        }
        var convolution = new WinogradConvolution(WindowOf(value), transform, choice.TransformsWeights);
        if (choice.TransformsWeights) return Add(value, value.Name, convolution, inputs, value.Type);
        var (outputs, channels) = Channels(value);
        var weights = new WinogradWeights(outputs, channels, transform);
        var transformed = Add(inputs[1], inputs[1].Name + ".winograd", weights, [inputs[1]], weights.Infer([inputs[1]]));
        return Add(value, value.Name, convolution, inputs.SetItem(1, transformed), value.Type);
    }

    /// <summary>What takes least, null where that is the direct way.</summary>
    static WinogradChoice? Choose(Value value, bool training)
    {
        if (value.Op is not (Convolution { Groups: 1 } or TransposedConvolution { Groups: 1 } or ConvolutionWeightGradient { Groups: 1 })) return null;
        var window = WindowOf(value);
        var stride = window.Rows.Stride;
        if (!Fits(window.Rows) || !Fits(window.Columns) || window.Columns.Stride != stride) return null;
        // In inference weights at the points would come from far. A transposed convolution has phases of results, which cost what they save.
        if (stride > 1 && (!training || value.Op is TransposedConvolution)) return null;
        var (outputs, inputs) = Channels(value);
        // In panels without padding there is nothing to leave out.
        if (outputs % Panels.Width != 0 || inputs % Panels.Alignment != 0) return null;
        var (_, height, width) = Layout.Sizes(value.Op is ConvolutionWeightGradient ? value.Inputs[0].Shape : value.Shape);
        return WinogradChoice.Of(inputs, outputs, height, width, training, stride);

        static bool Fits(WindowAxis axis) => axis is { Kernel: 3, Stride: 1 or 2, Dilation: 1, Before: >= 0 and <= 2 };
    }

    /// <summary>The convolution that a value is. A transposed one of stride 1 is one with the border that is left of two pixels.</summary>
    static Window WindowOf(Value value)
    {
        if (value.Op is Convolution convolution) return convolution.Window;
        if (value.Op is ConvolutionWeightGradient gradient) return gradient.Window;
        var window = ((TransposedConvolution)value.Op).Window;
        return new Window(Turned(window.Rows), Turned(window.Columns));

        static WindowAxis Turned(WindowAxis axis) => axis with { Before = axis.Kernel - 1 - axis.Before, After = axis.Kernel - 1 - axis.After };
    }

    static (int Outputs, int Inputs) Channels(Value value)
    {
        if (value.Op is ConvolutionWeightGradient) return (Layout.Sizes(value.Inputs[0].Shape).Channels, Layout.Sizes(value.Inputs[1].Shape).Channels);
        return (Layout.Sizes(value.Shape).Channels, Layout.Sizes(value.Inputs[0].Shape).Channels);
    }

    Value Add(Value original, string name, Op op, ImmutableArray<Value> inputs, Graph.ValueType type)
    {
        var value = new Value(values.Count, name, op, inputs, type, original.Element);
        values.Add(value);
        return value;
    }
}
